/// Compares the geometry of the converted volume with the positions and directions of the DICOM images.
///
/// One release of dcm2niix turned some series upside down. Another release took the distance between overlapping
/// slices as the slice thickness. The converter's output is accepted only if every voxel is at the position in its
/// image's header.
struct ConvertedGeometry: Equatable {
  /// True if the columns in the file are in the reverse order of the columns in the images.
  let areColumnsReversed: Bool
  let areRowsReversed: Bool
  /// True if the first image in the file is the last one along the normal.
  let isStackReversed: Bool

  /// Maximum relative difference between the converter's step and the expected step. The converter rounds to 32 bits.
  private static let tolerance = 1e-3
  /// Maximum distance of the first voxel from its expected position, in millimetres.
  private static let nearby = 0.05
  /// Offsets of the rows of the affine matrix in the NIfTI header.
  private static let rows = [280, 296, 312]

  /// Compares the header of the converted file with the expected volume.
  ///
  /// - Parameter head: The header of a NIfTI-1 file: at least 348 bytes, little-endian.
  /// - Returns: nil if the geometry differs.
  init?(head: [UInt8], _ volume: ImageStack.Volume) {
    guard head.count >= 348, head.littleEndian16(at: 254) > 0 else { return nil }
    func column(_ index: Int) -> Vector? {
      Vector(Self.rows.map { Double(head.float(at: $0 + 4 * index)) })
    }
    // NIfTI's x and y axes point in the opposite directions of DICOM's.
    func turned(_ vector: Vector) -> Vector { Vector(x: -vector.x, y: -vector.y, z: vector.z) }
    let steps = [
      turned(volume.axes.row * volume.spacing.columns),
      turned(volume.axes.column * volume.spacing.rows), turned(volume.axes.normal * volume.step),
    ]
    let counts = [volume.columns, volume.rows, volume.slices.count]
    var first = turned(volume.position)
    var reversed: [Bool] = []
    for (index, step) in steps.enumerated() {
      let most = Self.tolerance * step.length
      // The spacing in the header (`pixdim`) must be equal to the length of the step.
      let spacing = Double(head.float(at: 80 + 4 * index))
      guard let found = column(index), abs(spacing - step.length) <= most else { return nil }
      let (same, opposite) = ((found - step).length, (found + step).length)
      guard min(same, opposite) <= most else { return nil }
      reversed.append(opposite < same)
      if opposite < same { first = first + step * Double(counts[index] - 1) }
    }
    guard let origin = column(3), (origin - first).length <= Self.nearby else { return nil }
    (areColumnsReversed, areRowsReversed, isStackReversed) = (reversed[0], reversed[1], reversed[2])
  }
}

extension [UInt8] {
  /// Reads a little-endian 32-bit floating-point number. The result is 0 beyond the end of the array.
  func float(at place: Int) -> Float {
    Float(bitPattern: UInt32(truncatingIfNeeded: littleEndian32(at: place)))
  }
}
