/// Supplies a volume's stored planes along the file's slowest axis, in order, each once.
protocol PlaneSource {
  /// Returns the next plane. The caller may change it and use it until the next call.
  ///
  /// Call it at most once for each plane, and not after it has thrown.
  ///
  /// - Throws: The errors of ``VoxelStream/read(into:)``.
  func next() throws(VolumeError) -> UnsafeMutableRawBufferPointer

  /// Checks after the last plane that the file ends correctly.
  ///
  /// - Throws: The errors of ``VoxelStream/finish()``.
  func finish() throws(VolumeError)
}

/// Reads each plane on request, on the caller's thread.
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
