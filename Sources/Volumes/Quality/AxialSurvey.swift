/// A thinned-out copy of a volume: axial slices from the feet up, in the model's directions.
///
/// What is said about a volume as a whole is read from it. Its voxels are chosen by the patient's axes, so the same volume
/// has the same survey in any orientation and packing of its file. It is a class because it owns the copy; one task at a
/// time uses it.
final class AxialSurvey {
  /// Voxels along x, y, z. All slices are there; within a slice voxels may be left out.
  let shape: [Int]

  /// Slices, counted as the file counts them, that equal the one below and show something.
  var repeatedCount: Int {
    (1..<max(shape[2], 1)).count { slice in
      let (digests, anyBits, allBits) = (digests.elements, anyBits.elements, allBits.elements)
      return digests[slice] == digests[slice - 1] && anyBits[slice] != allBits[slice]
    }
  }

  /// Whole HU, `[z, y, x]`, with a gap of ``sliceGap`` behind each slice.
  private let hounsfield: ScratchBuffer<Int16>
  /// From the beginning of a slice to that of the next.
  private let sliceStride: Int
  /// Of each slice, over the exact values of the voxels that were taken.
  private let digests: ScratchBuffer<UInt64>
  /// Bits that any of these values has, and those that all have: the same where a slice has one value.
  private let anyBits: ScratchBuffer<UInt32>
  private let allBits: ScratchBuffer<UInt32>
  private let isSliceFlipped: Bool
  /// For each of the file's axes, fastest first, the voxels that are taken.
  private let places: [[Place]]
  /// Places by the file's index along its slowest axis; nil where nothing is taken.
  private let planes: [Place?]

  /// A voxel that is taken, along one axis of the file.
  private struct Place {
    /// The file's index.
    let index: Int
    /// What it adds to the place in `hounsfield`.
    let offset: Int
    /// What it adds to the slice's number.
    let slice: Int
  }

  /// Voxels along x and y of a slice, at most.
  private static let longestSide = 128
  /// Voxels of the survey, at most: 16 MiB.
  private static let voxelLimit = 1 << 23
  /// A cache line: without it the slices of a volume that is packed from foot to head lie in one set of the cache.
  private static let sliceGap = 32
  /// 2²³ + 2¹⁵: added to −32768…32767 it leaves the whole number, moved by 2¹⁵, in the lowest 16 bits.
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

  /// Takes the file's plane `index`, `[slower, faster]` of its first two axes; all values lie in −32768…32767 HU.
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

  /// Slice `index`, counted from the feet: `[y, x]` in whole HU, valid while the survey lives.
  func slice(_ index: Int) -> UnsafeBufferPointer<Int16> {
    let start = index * sliceStride
    return UnsafeBufferPointer(
      rebasing: hounsfield.elements[start..<(start + shape[0] * shape[1])])
  }

  /// The slice of the file behind which the gap lies that is above slice `index`, counted from the feet.
  func fileSlice(below index: Int, above other: Int) -> Int {
    isSliceFlipped ? shape[2] - 1 - other : index
  }

  /// Indices with equal distances, at most `most`, in the middle of `extent`.
  static func lattice(_ extent: Int, _ most: Int) -> [Int] {
    let step = max((extent + most - 1) / most, 1)
    return Array(stride(from: (extent - 1) % step / 2, to: extent, by: step))
  }
}
