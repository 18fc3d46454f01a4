/// How the converter's volume lies, compared with the positions and directions that were read of the images.
///
/// A release of dcm2niix turned some series upside down, and another gave slices that overlap their thickness as distance: what it
/// writes is believed only where it puts each voxel where its image's head does.
struct ConvertedGeometry: Equatable {
  /// Whether the file's first column is the images' last one, and so on.
  let areColumnsReversed: Bool
  let areRowsReversed: Bool
  /// Whether the file's first image is the last one along the normal.
  let isStackReversed: Bool

  /// The share of a step by which the converter's may differ: its numbers have 32 bits.
  private static let tolerance = 1e-3
  /// Millimetres by which the first voxel may lie elsewhere.
  private static let nearby = 0.05
  private static let rows = [280, 296, 312]

  /// - Parameter head: Of a NIfTI-1 file, 348 bytes at least, little endian.
  /// - Returns: Nil if it lies elsewhere.
  init?(head: [UInt8], _ volume: ImageStack.Volume) {
    guard head.count >= 348, head.littleEndian16(at: 254) > 0 else { return nil }
    func column(_ index: Int) -> Vector? {
      Vector(Self.rows.map { Double(head.float(at: $0 + 4 * index)) })
    }
    // NIfTI's x and y point the other way than DICOM's.
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
      // pixdim must say the same.
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
  /// A little-endian number of 32 bits; zero beyond the end.
  func float(at place: Int) -> Float {
    Float(bitPattern: UInt32(truncatingIfNeeded: littleEndian32(at: place)))
  }
}
