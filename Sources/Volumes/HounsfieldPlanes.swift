import Tensors

/// A volume as a sequence of planes in HU, the file's slowest axis last, read once.
///
/// Holds one plane of stored bytes and one of HU. It is a class because it owns the stream; one
/// task at a time uses it.
final class HounsfieldPlanes {
  /// Number of planes.
  let count: Int

  private let stream: VoxelStream
  private let decoder: HounsfieldDecoder
  private let statistics: IntensityStatistics
  private let stored: ScratchBuffer<UInt8>
  private let hounsfield: FloatBuffer

  init(_ volume: NIfTIVolume) throws(VolumeError) {
    let voxels = volume.shape[0] * volume.shape[1]
    count = volume.shape[2]
    stream = try VoxelStream(volume)
    decoder = HounsfieldDecoder(
      type: volume.voxelType, order: volume.byteOrder, scaling: volume.scaling)
    statistics = IntensityStatistics(volume.limits)
    stored = ScratchBuffer(count: voxels * volume.voxelType.byteCount)
    hounsfield = FloatBuffer(count: voxels)
  }

  /// Reads, converts and counts the next plane.
  ///
  /// - Returns: The plane, `[slower, faster]` of the file's first two axes, valid until the next
  ///   call; nil once the volume is known to be refused: the rest is then only counted.
  func next() throws(VolumeError) -> UnsafeBufferPointer<Float>? {
    let bytes = UnsafeMutableRawBufferPointer(stored.elements)
    try stream.read(into: bytes)
    let nonFinite = decoder.decode(bytes, into: hounsfield.elements)
    let plane = UnsafeBufferPointer(hounsfield.elements)
    return statistics.add(plane, nonFinite: nonFinite) ? plane : nil
  }

  /// The verdict after the last plane: first on the file's end, then on the values.
  func finish() throws(VolumeError) -> IntensitySummary {
    try stream.finish()
    return try statistics.summary()
  }
}
