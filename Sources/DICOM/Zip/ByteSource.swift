import Glibc

/// An open file, or a part of one, read at given positions; it is borrowed, and its own position is
/// not used.
struct ByteSource: Sendable {
  let descriptor: Int32
  let byteCount: Int
  /// The start of the part in the file; positions count from there.
  var offset = 0

  /// Fills `buffer` from `position`, as far as the part reaches.
  ///
  /// - Returns: The number of bytes read.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at position: Int
  ) throws(SeriesError) -> Int {
    let wanted = min(buffer.count, max(byteCount - position, 0))
    var done = 0
    while done < wanted {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<wanted])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + position + done))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .inputOutput(errno: errno) }
      guard count > 0 else { break }
      done += count
    }
    return done
  }

  /// At most `count` bytes from `position`.
  func bytes(at position: Int, count: Int) throws(SeriesError) -> [UInt8] {
    guard position >= 0, position < byteCount, count > 0 else { return [] }
    var result: Result<Int, SeriesError> = .success(0)
    let bytes = [UInt8](unsafeUninitializedCapacity: min(count, byteCount - position)) {
      (buffer, filled) in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      result = Result { () throws(SeriesError) in try read(into: raw, at: position) }
      filled = (try? result.get()) ?? 0
    }
    _ = try result.get()
    return bytes
  }
}

extension [UInt8] {
  /// A little-endian number of two bytes; zero beyond the end.
  func littleEndian16(at place: Int) -> Int { littleEndian(at: place, count: 2) }

  /// A little-endian number of four bytes; zero beyond the end.
  func littleEndian32(at place: Int) -> Int { littleEndian(at: place, count: 4) }

  private func littleEndian(at place: Int, count: Int) -> Int {
    guard place >= 0, place <= self.count - count else { return 0 }
    var number = 0
    for index in 0..<count { number |= Int(self[place + index]) << (8 * index) }
    return number
  }
}
