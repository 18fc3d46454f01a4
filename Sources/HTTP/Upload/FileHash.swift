import Dispatch
import Glibc
import Hashing
import Synchronization

/// The SHA-256 of a file that is still being written, made beside the writing; or of a part of one that is there.
///
/// What was written is read back from the page cache by a thread that the receiving one does not wait for until the
/// end; then it helps with what is left. So hashing takes no memory, and little of the time in which a file comes.
final class FileHash: Sendable {
  private let file: SpoolFile
  /// Where what is hashed begins.
  private let start: Int
  private let progress = Mutex(Progress())

  private struct Progress {
    var hash = SHA256()
    var byteCount = 0
  }

  private static let queue = DispatchQueue(label: "brgsa.hash", attributes: .concurrent)
  private static let pieceBytes = 256 << 10

  init(_ file: SpoolFile, from start: Int = 0) {
    self.file = file
    self.start = start
  }

  /// Hashes what was written so far, on another thread.
  func catchUpElsewhere(to byteCount: Int) {
    Self.queue.async { [self] in try? catchUp(to: byteCount) }
  }

  /// The digest of `byteCount` bytes from the start on, which are all that are there, or all that are wanted.
  ///
  /// - Throws: ``SpoolError``.
  func digest(ofAll byteCount: Int) throws(SpoolError) -> [UInt8] {
    try catchUp(to: byteCount)
    return Array(progress.withLock { $0.hash.finalize() })
  }

  /// The same, made on another thread: bytes that nobody hashed while they came may be many.
  func digestElsewhere(ofAll byteCount: Int) async throws(SpoolError) -> [UInt8] {
    let result: Result<[UInt8], SpoolError> = await withCheckedContinuation { continuation in
      Self.queue.async { [self] in
        continuation.resume(
          returning: Result { () throws(SpoolError) in try digest(ofAll: byteCount) })
      }
    }
    return try result.get()
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
        let count = pread(
          file.fileDescriptor, piece.baseAddress, wanted, off_t(start + progress.byteCount))
        if count < 0 && errno == EINTR { return true }
        guard count > 0 else { throw SpoolError(errno: count == 0 ? EIO : errno) }
        progress.hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: piece[..<count]))
        progress.byteCount += count
        return true
      }
    }
  }
}

extension UploadedFile {
  /// SHA-256 of some of the bytes: 32 bytes.
  ///
  /// - Parameter range: Within the file.
  /// - Throws: ``HTTPError/internalFailure``.
  public func sha256(of range: Range<Int>) async throws(HTTPError) -> [UInt8] {
    do throws(SpoolError) {
      return try await FileHash(file, from: range.lowerBound).digestElsewhere(ofAll: range.count)
    } catch {
      throw error.httpError
    }
  }
}
