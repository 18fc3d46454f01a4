/// The position of the model's grid in the patient.
extension SamplingGrid {
  /// Returns the affine matrix that maps a grid index to RAS+ millimetres: three rows of four numbers.
  ///
  /// Axes are only permuted and flipped. The grid of an oblique volume is therefore also oblique.
  func affine(of geometry: VolumeGeometry, fileShape: [Int]) -> [Double] {
    var affine = [Double](repeating: 0, count: 12)
    for row in 0..<3 {
      var offset = geometry.affine[4 * row + 3]
      for axis in AnatomicalAxis.allCases {
        let file = geometry.fileAxis(along: axis)
        let column = geometry.affine[4 * row + file.index]
        let direction = (file.isFlipped ? -column : column) / geometry.spacing[file.index]
        let sampling = axes[axis.rawValue]
        if file.isFlipped { offset += column * Double(fileShape[file.index] - 1) }
        affine[4 * row + axis.rawValue] = direction * sampling.target
        offset += direction * (sampling.origin + sampling.target * Double(sampling.start))
      }
      affine[4 * row + 3] = offset
    }
    return affine
  }
}
