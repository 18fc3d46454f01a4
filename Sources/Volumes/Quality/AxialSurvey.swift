/// A subsampled copy of a volume: axial slices from the feet up, in the model's directions.
///
/// Checks of the whole volume use it. Its voxels follow the patient's axes, so a volume has the same survey in any
/// orientation and packing of the file. It is a class because it owns the copy; one task at a time uses it.
final class AxialSurvey {
  /// Voxels along x, y, z. All slices are included; within a slice, voxels may be skipped.
  let shape: [Int]

  /// Number of slices that equal the slice before them and are not blank.
  var repeatedCount: Int {
    (1..<max(shape[2], 1)).count { slice in
      let (digests, anyBits, allBits) = (digests.elements, anyBits.elements, allBits.elements)
      return digests[slice] == digests[slice - 1] && anyBits[slice] != allBits[slice]
    }
  }

  /// Whole HU, `[z, y, x]`, with a gap of ``sliceGap`` after each slice.
  private let hounsfield: ScratchBuffer<Int16>
  /// Distance between the starts of two slices.
  private let sliceStride: Int
  /// A digest of each slice, made of the exact values of its sampled voxels.
  private let digests: ScratchBuffer<UInt64>
  /// For each slice, the bits that are set in any of these values.
  private let anyBits: ScratchBuffer<UInt32>
  /// For each slice, the bits that are set in all of these values. They equal `anyBits` if all values are the same.
  private let allBits: ScratchBuffer<UInt32>
  private let isSliceFlipped: Bool
  /// For each of the file's axes, fastest first, the sampled voxels.
  private let places: [[Place]]
  /// Sampled voxels by the file's index along its slowest axis; nil for planes that are not sampled.
  private let planes: [Place?]

  /// A sampled voxel along one axis of the file.
  private struct Place {
    /// The file's index.
    let index: Int
    /// The contribution of this axis to the voxel's offset in `hounsfield`. The contributions of all axes are added.
    let offset: Int
    /// The contribution of this axis to the slice's number. The contributions of all axes are added.
    let slice: Int
  }

  /// Maximum number of voxels of a slice along x and y.
  private static let longestSide = 128
  /// Maximum number of voxels of the survey: 16 MiB.
  private static let voxelLimit = 1 << 23
  /// The length of a cache line. Without this gap, slices of a volume packed from foot to head
  /// would fall into one set of the cache.
  private static let sliceGap = 32
  /// 2²³ + 2¹⁵. If it is added to a value in −32768…32767, the sum has the rounded value, plus 2¹⁵,
  /// in its lowest 16 bits.
  private static let wholeMagic: Float = 8_388_608 + 32_768

  /// - Parameter fileShape: Voxels along the file's axes, fastest first.
  init(geometry: VolumeGeometry, fileShape: [Int]) {
    let axes = AnatomicalAxis.allCases.map { geometry.fileAxis(along: $0) }
    let extents = axes.map { fileShape[$0.index] }
    let slices = extents[2]
    var side = Self.longestSide
    while side > 1, side * side * slices > Self.voxelLimit { side /= 2 }
    let taken = [Self.lattice(extents[0], side), Self.lattice(extents[1], side), Array(0..<slices)]
    let shape = taken.map(\.count)
    sliceStride = shape[0] * shape[1] + Self.sliceGap
    let strides = [1, shape[0], sliceStride]
    var places = [[Place]](repeating: [], count: 3)
    for (axis, file) in axes.enumerated() {
      places[file.index] = taken[axis].enumerated().map { number, index in
        Place(
          index: file.isFlipped ? extents[axis] - 1 - index : index,
          offset: number * strides[axis], slice: axis == 2 ? number : 0)
      }
    }
    var planes = [Place?](repeating: nil, count: fileShape[2])
    for place in places[2] { planes[place.index] = place }
    self.shape = shape
    self.places = places
    self.planes = planes
    isSliceFlipped = axes[2].isFlipped
    hounsfield = ScratchBuffer(count: slices * sliceStride)
    digests = ScratchBuffer(count: slices)
    digests.elements.update(repeating: 0xcbf2_9ce4_8422_2325)
    anyBits = ScratchBuffer(count: slices)
    allBits = ScratchBuffer(count: slices)
    allBits.elements.update(repeating: .max)
  }

  /// Adds the file's plane `index`, which is `[slower, faster]` of the file's first two axes. All
  /// values are in −32768…32767 HU.
  func add(_ plane: UnsafeBufferPointer<Float>, index: Int, width: Int) {
    guard let slower = planes[index] else { return }
    let target = hounsfield.elements
    let (digests, anyBits, allBits) = (digests.elements, anyBits.elements, allBits.elements)
    for row in places[1] {
      let start = row.index * width
      let offset = slower.offset + row.offset
      let number = slower.slice + row.slice
      for column in places[0] {
        let value = plane[start &+ column.index]
        let bits = value.bitPattern
        let whole = (value + Self.wholeMagic).bitPattern & 0xffff
        target[offset &+ column.offset] = Int16(truncatingIfNeeded: Int(whole) &- 32768)
        let slice = number &+ column.slice
        digests[slice] = (digests[slice] ^ UInt64(bits)) &* 0x100_0000_01b3
        anyBits[slice] |= bits
        allBits[slice] &= bits
      }
    }
  }

  /// Returns slice `index`, counted from the feet: `[y, x]` in whole HU, valid while the survey lives.
  func slice(_ index: Int) -> UnsafeBufferPointer<Int16> {
    let start = index * sliceStride
    return UnsafeBufferPointer(
      rebasing: hounsfield.elements[start..<(start + shape[0] * shape[1])])
  }

  /// Returns the file's index of the slice before a gap. The parameters are the slices on both
  /// sides of the gap, counted from the feet.
  func fileSlice(below index: Int, above other: Int) -> Int {
    isSliceFlipped ? shape[2] - 1 - other : index
  }

  /// Returns at most `most` equidistant indices, centred within `extent`.
  static func lattice(_ extent: Int, _ most: Int) -> [Int] {
    let step = max((extent + most - 1) / most, 1)
    return Array(stride(from: (extent - 1) % step / 2, to: extent, by: step))
  }
}
