/// Measurements of one series.
public struct SeriesMeasure: Sendable, Equatable {
  /// Number of image positions; each frame counts.
  public let positions: Int
  /// Millimetres from the first to the last image.
  public let extent: Double
  /// Millimetres between most neighbours; 0 if unknown.
  public let spacing: Double
}

/// A series that was not chosen.
public struct SkippedSeries: Sendable, Equatable {
  /// Its measurements.
  public let measure: SeriesMeasure
  /// The first rule by which another series won.
  public let rule: SeriesRule
}

/// The rules by which one series of a study wins, in order of priority.
public enum SeriesRule: String, Sendable, CaseIterable {
  /// It has enough images to be a volume.
  case count
  /// Its values are HU.
  case unit
  /// It covers a chest from head to feet, or as much as any series does.
  case coverage
  /// It has one image at each position, not several phases.
  case single
  /// Its images are axial.
  case axial
  /// It is original, not derived.
  case original
  /// It is not labelled as another part of the body.
  case otherRegion = "other-region"
  /// It does not show much more than a chest.
  case excess
  /// It is at least 90 % as long as the longest.
  case length
  /// Its spacing is nearest to the model's, in steps of half a millimetre.
  case spacing
  /// Its kernel does not sharpen.
  case kernel
  /// It has at least 90 % of the most images.
  case positions
  /// It is labelled as a chest.
  case chest
  /// Its number is smaller.
  case number
}

extension ImageStack {
  /// The measurements of the chosen stack.
  var measure: SeriesMeasure {
    let positions = positions
    let steps = SlicePositions(positions)
    let places = positions.isEmpty ? 0 : 1 + steps.countOfSteps(longerThan: Self.samePlace)
    return SeriesMeasure(
      positions: places, extent: extent, spacing: steps.usualStep(longerThan: Self.samePlace))
  }

  /// Millimetres of the body that the stack covers from head to feet: along the stack, or within
  /// its images if they are upright; 0 for a thin slab of upright images, or if unknown.
  var coverage: Double {
    guard let plane = slices.first?.plane, let axes = plane.axes, let spacing = plane.spacing,
      let head = images.first?.header
    else { return 0 }
    let along = extent * abs(axes.normal.z)
    let height = spacing.rows * Double(head.rows) * abs(axes.column.z)
    let width = spacing.columns * Double(head.columns) * abs(axes.row.z)
    if isAxial { return along }
    return extent < Self.thinnest ? 0 : max(along, height, width)
  }

  /// Whether most positions have two or more images; a few may result from rounding.
  var isRepeated: Bool { Double(count) >= 1.9 * Double(max(measure.positions, 1)) }

  /// Millimetres between images at one position.
  private static let samePlace = 0.01
  /// Smallest thickness of upright images that may show a chest, in millimetres.
  private static let thinnest = 100.0
}
