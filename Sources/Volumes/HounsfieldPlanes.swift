import Tensors

/// Turns a volume's stored planes into HU, one after the other, and counts them.
///
/// Holds one plane of HU. It is a class because it owns running statistics; one task at a time uses
/// it.
final class HounsfieldPlanes {
  private let source: any PlaneSource
  private let decoder: HounsfieldDecoder
  private let statistics: IntensityStatistics
  private let hounsfield: FloatBuffer
  private var lastDigest: UInt64?
  private var repeatedCount = 0
  private var index = 0
  /// Nil where the planes are not axial: a body is not even from side to side nor from front to back.
  private var continuity: SliceContinuity?

  init(_ source: any PlaneSource, of volume: NIfTIVolume) {
    self.source = source
    decoder = HounsfieldDecoder(
      type: volume.voxelType, order: volume.byteOrder, scaling: volume.scaling)
    statistics = IntensityStatistics(volume.limits)
    hounsfield = FloatBuffer(count: volume.shape[0] * volume.shape[1])
    let isAxial = volume.header.geometry.fileAxis(along: .z).index == 2
    continuity =
      isAxial ? SliceContinuity(slower: volume.shape[1], faster: volume.shape[0]) : nil
  }

  /// Takes, converts and counts the next plane.
  ///
  /// - Returns: The plane, `[slower, faster]` of the file's first two axes, valid until the next
  ///   call; nil once the volume is known to be refused: the rest is then only counted.
  func next() throws(VolumeError) -> UnsafeBufferPointer<Float>? {
    let stored = try source.next()
    defer { index += 1 }
    let nonFinite = decoder.decode(stored, into: hounsfield.elements)
    let plane = UnsafeBufferPointer(hounsfield.elements)
    noteRepetition(plane)
    guard statistics.add(plane, nonFinite: nonFinite) else { return nil }
    continuity?.add(plane, index: index)
    return plane
  }

  /// The verdict after the last plane: first on the file's end, then on the values.
  func finish() throws(VolumeError) -> (summary: IntensitySummary, warnings: [VolumeWarning]) {
    try source.finish()
    let summary = try statistics.summary()
    let repetition = repeatedCount > 0 ? [VolumeWarning.slicesRepeated(count: repeatedCount)] : []
    let gaps = continuity?.gaps.map { [VolumeWarning.slicesMissing(after: $0, places: $1)] } ?? []
    return (summary, statistics.warnings() + repetition + gaps)
  }

  /// Counts planes that equal the one before, but for such that show nothing.
  ///
  /// Every seventh voxel is looked at: equal noise in all of them is no chance.
  private func noteRepetition(_ plane: UnsafeBufferPointer<Float>) {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    var isFlat = true
    let first = plane.first?.bitPattern
    for index in stride(from: 0, to: plane.count, by: 7) {
      let bits = plane[index].bitPattern
      isFlat = isFlat && bits == first
      digest = (digest ^ UInt64(bits)) &* 0x100_0000_01b3
    }
    if !isFlat && digest == lastDigest { repeatedCount += 1 }
    lastDigest = digest
  }
}
