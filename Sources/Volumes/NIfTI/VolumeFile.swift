import Glibc

/// An open file, or part of one, of known length. Reads at given positions and never moves the
/// file's own position.
///
/// The descriptor is borrowed: its owner keeps it open and the file unchanged.
struct VolumeFile: Sendable {
  let descriptor: Int32
  let byteCount: Int
  /// The start of the part in the file; positions count from there.
  var offset = 0

  /// Fills `buffer` from `position`, as far as the part reaches.
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
        // The file is shorter than its owner said, which no client can cause.
        throw .inputOutput(errno: EIO)
      } else if errno != EINTR {
        throw .inputOutput(errno: errno)
      }
    }
    return done
  }

  /// The first bytes from `position`, at most `count`.
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

  /// Whether only zeros follow from `position`.
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
