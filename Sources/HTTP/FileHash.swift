import Crypto
import Dispatch
import Glibc
import Synchronization

/// The SHA-256 of a file that is still being written, made beside the writing.
///
/// What was written is read back from the page cache by a thread that the receiving one does not wait for until the
/// end; then it helps with what is left. So hashing takes no memory, and little of the time in which a file comes.
final class FileHash: Sendable {
  private let file: SpoolFile
  private let progress = Mutex(Progress())

  private struct Progress {
    var hash = SHA256()
    var byteCount = 0
  }

  private static let queue = DispatchQueue(label: "brgsa.hash", attributes: .concurrent)
  private static let pieceBytes = 256 << 10

  init(_ file: SpoolFile) { self.file = file }

  /// Hashes what was written so far, on another thread.
  func catchUpElsewhere(to byteCount: Int) {
    Self.queue.async { [self] in try? catchUp(to: byteCount) }
  }

  /// The digest of the file's first `byteCount` bytes, which are all that it has.
  ///
  /// - Throws: ``SpoolError``.
  func digest(ofAll byteCount: Int) throws(SpoolError) -> [UInt8] {
    try catchUp(to: byteCount)
    return Array(progress.withLock { $0.hash.finalize() })
  }

  /// The lock is held for one piece at a time only, so nobody waits long; pieces are hashed in order, whoever does it.
  private func catchUp(to end: Int) throws(SpoolError) {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 64)
    defer { piece.deallocate() }
    var isBehind = true
    while isBehind {
      isBehind = try progress.withLock { (progress) throws(SpoolError) in
        let wanted = min(end - progress.byteCount, piece.count)
        guard wanted > 0 else { return false }
        let count = pread(file.fileDescriptor, piece.baseAddress, wanted, off_t(progress.byteCount))
        if count < 0 && errno == EINTR { return true }
        guard count > 0 else { throw SpoolError(errno: count == 0 ? EIO : errno) }
        progress.hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: piece[..<count]))
        progress.byteCount += count
        return true
      }
    }
  }
}
