/// Compares the geometry of the converter's volume with the images' positions and directions.
///
/// One release of dcm2niix turned some series upside down. Another used the distance between overlapping slices as
/// their thickness. The converter's output is accepted only if each voxel is where its image's header says.
struct ConvertedGeometry: Equatable {
  /// True if the file's columns have the reverse order of the images' columns.
  let areColumnsReversed: Bool
  let areRowsReversed: Bool
  /// True if the file's first image is the last one along the normal.
  let isStackReversed: Bool

  /// Largest relative difference between the converter's step and the expected one. The converter rounds to 32 bits.
  private static let tolerance = 1e-3
  /// Largest distance between the first voxel and its expected position, in millimetres.
  private static let nearby = 0.05
  /// Offsets of the rows of the affine matrix in the header.
  private static let rows = [280, 296, 312]

  /// - Parameter head: Header of a NIfTI-1 file, at least 348 bytes, little-endian.
  /// - Returns: Nil if the geometry differs.
  init?(head: [UInt8], _ volume: ImageStack.Volume) {
    guard head.count >= 348, head.littleEndian16(at: 254) > 0 else { return nil }
    func column(_ index: Int) -> Vector? {
      Vector(Self.rows.map { Double(head.float(at: $0 + 4 * index)) })
    }
    // NIfTI's x and y axes run opposite to DICOM's.
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
      // The header's spacing (`pixdim`) must agree with the step.
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
  /// Reads a little-endian 32-bit floating-point number; zero beyond the end.
  func float(at place: Int) -> Float {
    Float(bitPattern: UInt32(truncatingIfNeeded: littleEndian32(at: place)))
  }
}
