import Tensors

/// Which threads read a volume. The result is the same in both cases.
public enum VolumeReading: Sendable {
  /// One thread reads and inflates planes while the caller's thread converts, counts and resamples the previous ones.
  /// This is the fastest way to read a single volume.
  case ahead
  /// The caller's thread does all of the work, plane by plane. Use this if several threads each read a volume.
  case inTurn

  /// Opens the voxels of `volume` and calls `body` with a source of planes, on the caller's thread.
  ///
  /// If the system cannot start another thread, this works like ``inTurn``.
  ///
  /// - Throws: The errors of opening a ``VoxelStream``, and the errors of `body`.
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
