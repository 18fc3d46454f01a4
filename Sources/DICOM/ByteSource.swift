import Glibc

/// An open file, or a part of one, that is read at places; it is borrowed, and its own position is not used.
struct ByteSource: Sendable {
  let descriptor: Int32
  let byteCount: Int
  /// Where in the file the part begins; positions count from there.
  var offset = 0

  /// Fills `buffer` from `position` on, as far as the part reaches.
  ///
  /// - Returns: Bytes read.
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

  /// At most `count` bytes from `position` on.
  func bytes(at position: Int, count: Int) throws(SeriesError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(min(count, byteCount - position), 0))
    let result = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(SeriesError) in try read(into: buffer, at: position) }
    }
    return Array(bytes.prefix(try result.get()))
  }
}

extension [UInt8] {
  /// A little-endian number of two bytes; zero beyond the end.
  func littleEndian16(at place: Int) -> Int { littleEndian(at: place, count: 2) }

  /// A little-endian number of four bytes; zero beyond the end.
  func littleEndian32(at place: Int) -> Int { littleEndian(at: place, count: 4) }

  private func littleEndian(at place: Int, count: Int) -> Int {
    guard place >= 0, place + count <= self.count else { return 0 }
    return (0..<count).reduce(0) { $0 | Int(self[place + $1]) << (8 * $1) }
  }
}
