/// Supplies the stored planes of a volume, one after another along the file's slowest axis.
protocol PlaneSource {
  /// Returns the next plane. The caller may use and change it until the next call.
  ///
  /// Call this at most once per plane, and not again after it has thrown an error.
  ///
  /// - Throws: The errors of ``VoxelStream/read(into:)``.
  func next() throws(VolumeError) -> UnsafeMutableRawBufferPointer

  /// Checks that the file ends correctly. Call this after the last plane.
  ///
  /// - Throws: The errors of ``VoxelStream/finish()``.
  func finish() throws(VolumeError)
}

/// Reads each plane when the caller requests it, on the caller's thread.
struct PlanesInTurn: PlaneSource {
  private let stream: VoxelStream
  private let plane: ScratchBuffer<UInt8>

  init(_ stream: VoxelStream, planeBytes: Int) {
    self.stream = stream
    plane = ScratchBuffer(count: planeBytes)
  }

  func next() throws(VolumeError) -> UnsafeMutableRawBufferPointer {
    let bytes = UnsafeMutableRawBufferPointer(plane.elements)
    try stream.read(into: bytes)
    return bytes
  }

  func finish() throws(VolumeError) { try stream.finish() }
}
