internal import SeriesFacts

extension ImageStack {
  /// The number of positions, the extent and the spacing of the stack.
  var measure: SeriesMeasure {
    let positions = positions
    let steps = SlicePositions(positions)
    let places = positions.isEmpty ? 0 : 1 + steps.countOfSteps(longerThan: Self.samePlace)
    return SeriesMeasure(
      positions: places, extent: extent, spacing: steps.usualStep(longerThan: Self.samePlace))
  }

  /// Length of the body that the stack covers from head to feet, in millimetres.
  ///
  /// An axial stack covers the distance between its first and last image. A stack of upright images (coronal or
  /// sagittal) also covers the height of each image. The value is 0 for a thin slab of upright images, and if the
  /// geometry is unknown.
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

  /// True if most positions have two or more images. A few repeated positions may result from rounding.
  var isRepeated: Bool { Double(count) >= 1.9 * Double(max(measure.positions, 1)) }

  /// Images at most this far apart count as having one position, in millimetres.
  private static let samePlace = 0.01
  /// A stack of upright images must be at least this thick to show a chest, in millimetres.
  private static let thinnest = 100.0
}
