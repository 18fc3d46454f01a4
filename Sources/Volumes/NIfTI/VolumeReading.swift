import Tensors

/// Which threads read a volume; the numbers that come out are the same.
public enum VolumeReading: Sendable {
  /// A thread of its own reads and inflates, while the caller's converts, counts and resamples the
  /// planes before: the fastest for one volume.
  case ahead
  /// The caller's thread does everything, plane by plane: for callers that have a thread a volume.
  case inTurn

  /// Opens the voxels of `volume` and lends its planes to `body`, on the caller's thread.
  ///
  /// Falls back to ``inTurn`` when the system allows no further thread.
  ///
  /// - Throws: What opening a ``VoxelStream`` throws, and what `body` throws.
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
