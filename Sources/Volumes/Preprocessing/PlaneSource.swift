/// A volume's planes as they are stored, the file's slowest axis last, in order and once.
protocol PlaneSource {
  /// The next plane, which the caller may change; valid until the next call.
  ///
  /// It is called once for each plane at most, and not again after it has thrown.
  ///
  /// - Throws: What ``VoxelStream/read(into:)`` throws.
  func next() throws(VolumeError) -> UnsafeMutableRawBufferPointer

  /// Makes sure, after the last plane, that the file ends as it should.
  ///
  /// - Throws: What ``VoxelStream/finish()`` throws.
  func finish() throws(VolumeError)
}

/// Reads each plane when it is asked for, on the caller's thread.
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
