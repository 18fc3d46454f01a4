import Tensors

/// The threads that read a volume. The result does not depend on them.
public enum VolumeReading: Sendable {
  /// A separate thread reads and inflates while the caller's thread converts, counts and resamples
  /// the previous planes. This is the fastest way to read one volume.
  case ahead
  /// The caller's thread does all work, plane by plane. This is for callers that use one thread for each volume.
  case inTurn

  /// Opens the voxels of `volume` and lends its planes to `body`, on the caller's thread.
  ///
  /// Falls back to ``inTurn`` if the system allows no further thread.
  ///
  /// - Throws: The errors of opening a ``VoxelStream``, and those of `body`.
  func withPlanes<Output>(
    of volume: NIfTIVolume, _ body: (any PlaneSource) throws(VolumeError) -> Output
  ) throws(VolumeError) -> Output {
    let stream = try VoxelStream(volume)
    let planeBytes = volume.shape[0] * volume.shape[1] * volume.voxelType.byteCount
    if self == .ahead {
      let planes = PlanesAhead(stream, count: volume.shape[2], planeBytes: planeBytes)
      let output = try CompanionThread.run({ planes.readAll() }) { () throws(VolumeError) in
        defer { planes.abandon() }
        return try body(planes)
      }
      if let output { return output }
    }
    return try body(PlanesInTurn(stream, planeBytes: planeBytes))
  }
}
