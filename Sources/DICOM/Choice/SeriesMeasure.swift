internal import SeriesFacts

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
