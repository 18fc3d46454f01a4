/// What was measured of one series.
public struct SeriesMeasure: Sendable, Equatable {
  /// Places where images lie; those of frames count.
  public let positions: Int
  /// Millimetres from the first to the last image.
  public let extent: Double
  /// Millimetres between most neighbours; 0 if unknown.
  public let spacing: Double
}

/// A series that was not taken.
public struct SkippedSeries: Sendable, Equatable {
  /// What was measured of it.
  public let measure: SeriesMeasure
  /// The first rule by which another one was better.
  public let rule: SeriesRule
}

/// By what one series of a study is better than another, the first first.
public enum SeriesRule: String, Sendable, CaseIterable {
  /// It has enough images to be a volume.
  case count
  /// Its values are HU.
  case unit
  /// It covers a chest from head to feet, or as much of it as any does.
  case coverage
  /// It has one image at each place, not several phases.
  case single
  /// Its images lie across the body.
  case axial
  /// It is original, not derived.
  case original
  /// It is not said to be another part of the body.
  case otherRegion = "other-region"
  /// It does not show much more than a chest.
  case excess
  /// It is the longest, but for a tenth.
  case length
  /// Its spacing is nearest to the model's, in steps of half a millimetre.
  case spacing
  /// Its kernel does not sharpen.
  case kernel
  /// It has most images, but for a tenth.
  case positions
  /// It is said to be a chest.
  case chest
  /// Its number is smaller.
  case number
}

extension ImageStack {
  /// What is said of the stack where one was chosen.
  var measure: SeriesMeasure {
    let positions = positions
    let steps = SlicePositions(positions)
    let places = positions.isEmpty ? 0 : 1 + steps.countOfSteps(longerThan: Self.samePlace)
    return SeriesMeasure(
      positions: places, extent: extent, spacing: steps.usualStep(longerThan: Self.samePlace))
  }

  /// Millimetres of the body that the stack covers from head to feet: along the stack, or within its images where they stand upright;
  /// 0 for a thin slab of upright images, and where it is not known.
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

  /// Whether there are two images or more at most places; fewer may come of rounding.
  var isRepeated: Bool { Double(count) >= 1.9 * Double(max(measure.positions, 1)) }

  /// Millimetres between images at one place.
  private static let samePlace = 0.01
  /// Millimetres of upright images that may show a chest.
  private static let thinnest = 100.0
}
