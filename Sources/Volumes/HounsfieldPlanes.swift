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

  init(_ source: any PlaneSource, of volume: NIfTIVolume) {
    self.source = source
    decoder = HounsfieldDecoder(
      type: volume.voxelType, order: volume.byteOrder, scaling: volume.scaling)
    statistics = IntensityStatistics(volume.limits)
    hounsfield = FloatBuffer(count: volume.shape[0] * volume.shape[1])
  }

  /// Takes, converts and counts the next plane.
  ///
  /// - Returns: The plane, `[slower, faster]` of the file's first two axes, valid until the next
  ///   call; nil once the volume is known to be refused: the rest is then only counted.
  func next() throws(VolumeError) -> UnsafeBufferPointer<Float>? {
    let stored = try source.next()
    let nonFinite = decoder.decode(stored, into: hounsfield.elements)
    let plane = UnsafeBufferPointer(hounsfield.elements)
    return statistics.add(plane, nonFinite: nonFinite) ? plane : nil
  }

  /// The verdict after the last plane: first on the file's end, then on the values.
  func finish() throws(VolumeError) -> IntensitySummary {
    try source.finish()
    return try statistics.summary()
  }
}
