/// A subsampled copy of a volume: axial slices from the feet to the head, in the directions of the model's axes.
///
/// Checks of the whole volume use this copy. Its voxels follow the patient's axes, so it does not depend on the
/// orientation and axis order of the file. This is a class because it owns the copy. Only one task at a time may use
/// it.
final class AxialSurvey {
  /// Number of voxels along x, y and z. All slices are included, but voxels within a slice may be skipped.
  let shape: [Int]

  /// Number of slices that are equal to the previous slice and not blank.
  var repeatedCount: Int {
    (1..<max(shape[2], 1)).count { slice in
      let (digests, anyBits, allBits) = (digests.elements, anyBits.elements, allBits.elements)
      return digests[slice] == digests[slice - 1] && anyBits[slice] != allBits[slice]
    }
  }

  /// The voxels in whole HU as `[z, y, x]`. A gap of ``sliceGap`` elements follows each slice.
  private let hounsfield: ScratchBuffer<Int16>
  /// Distance between the starts of two neighbouring slices, in elements.
  private let sliceStride: Int
  /// A digest of each slice, computed from the exact values of its sampled voxels.
  private let digests: ScratchBuffer<UInt64>
  /// For each slice: the bits that are set in at least one of its sampled values.
  private let anyBits: ScratchBuffer<UInt32>
  /// For each slice: the bits that are set in all of its sampled values. Equal to `anyBits` if all values are the
  /// same.
  private let allBits: ScratchBuffer<UInt32>
  private let isSliceFlipped: Bool
  /// For each axis of the file, fastest first: the sampled voxels.
  private let places: [[Place]]
  /// The sampled voxels along the file's slowest axis, by file index; nil for planes that are not sampled.
  private let planes: [Place?]

  /// The position of a sampled voxel along one axis of the file.
  private struct Place {
    /// The index along the axis of the file.
    let index: Int
    /// The part of the voxel's offset in `hounsfield` that this axis contributes. The parts of all axes are added.
    let offset: Int
    /// The part of the slice's number that this axis contributes. The parts of all axes are added.
    let slice: Int
  }

  /// Maximum number of voxels of a slice along x and along y.
  private static let longestSide = 128
  /// Maximum number of voxels in the copy: 16 MiB.
  private static let voxelLimit = 1 << 23
  /// The length of a cache line, in elements. Without this gap, all slices could map to the same set of the cache if
  /// the file's fastest axis runs from foot to head.
  private static let sliceGap = 32
  /// 2²³ + 2¹⁵. Adding this number to a value from −32768 to 32767 rounds the value. The lowest 16 bits of the sum
  /// are the rounded value plus 2¹⁵.
  private static let wholeMagic: Float = 8_388_608 + 32_768

  /// Prepares an empty copy.
  ///
  /// - Parameter fileShape: Number of voxels along the file's axes, fastest first.
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

  /// Adds plane `index` of the file as `[slower, faster]` of the file's first two axes. All values must be from
  /// −32768 to 32767 HU.
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

  /// Returns slice `index`, counted from the feet, as `[y, x]` in whole HU. It is valid as long as this object
  /// exists.
  func slice(_ index: Int) -> UnsafeBufferPointer<Int16> {
    let start = index * sliceStride
    return UnsafeBufferPointer(
      rebasing: hounsfield.elements[start..<(start + shape[0] * shape[1])])
  }

  /// Returns the file index of the slice before a gap. The arguments are the slices below and above the gap, counted
  /// from the feet.
  func fileSlice(below index: Int, above other: Int) -> Int {
    isSliceFlipped ? shape[2] - 1 - other : index
  }

  /// Returns at most `most` equidistant indices that are centred within `extent`.
  static func lattice(_ extent: Int, _ most: Int) -> [Int] {
    let step = max((extent + most - 1) / most, 1)
    return Array(stride(from: (extent - 1) % step / 2, to: extent, by: step))
  }
}
