import Glibc

/// An open file, or a part of one, of known length, read at positions; it never moves the file's own position.
///
/// The descriptor is borrowed: its owner keeps it open and the file unchanged meanwhile.
struct VolumeFile: Sendable {
  let descriptor: Int32
  let byteCount: Int
  /// Where in the file the part begins; positions count from there.
  var offset = 0

  /// Fills `buffer` from `position` on, as far as the part reaches.
  ///
  /// - Returns: The number of bytes read; fewer than the buffer holds only at the part's end.
  /// - Throws: ``VolumeError/inputOutput(errno:)``.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at position: Int
  ) throws(VolumeError) -> Int {
    let wanted = min(buffer.count, max(byteCount - position, 0))
    var done = 0
    while done < wanted {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<wanted])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + position + done))
      if count > 0 {
        done += count
      } else if count == 0 {
        // The file is shorter than its owner said: nothing a client sent can cause that.
        throw .inputOutput(errno: EIO)
      } else if errno != EINTR {
        throw .inputOutput(errno: errno)
      }
    }
    return done
  }

  /// The first bytes from `position` on, at most `count`.
  func bytes(at position: Int, count: Int) throws(VolumeError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var failure: VolumeError?
    let found = bytes.withUnsafeMutableBytes { buffer in
      do throws(VolumeError) {
        return try read(into: buffer, at: position)
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    return Array(bytes.prefix(found))
  }

  /// Whether there are only zeros from `position` on.
  ///
  /// - Throws: ``VolumeError/inputOutput(errno:)``.
  func isZero(from position: Int) throws(VolumeError) -> Bool {
    var place = position
    while place < byteCount {
      let piece = try bytes(at: place, count: min(Self.pieceBytes, byteCount - place))
      guard piece.allSatisfy({ $0 == 0 }) else { return false }
      place += piece.count
    }
    return true
  }

  private static let pieceBytes = 64 << 10
}
