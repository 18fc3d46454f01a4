import Dispatch
import Files
import Glibc
import Hashing
import Synchronization

/// Computes the SHA-256 of a file while the file is written, or of a part of a finished file.
///
/// Another thread reads the written bytes back from the page cache and hashes them. The receiving thread does not
/// wait for it, and only hashes the remaining bytes at the end. Hashing therefore needs little memory and adds little
/// time to an upload.
final class FileHash: Sendable {
  private let file: SpoolFile
  /// The offset in the file at which the hashed part starts.
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

  /// Hashes the first `byteCount` bytes on another thread. The call returns immediately.
  func catchUpElsewhere(to byteCount: Int) {
    Self.queue.async { [self] in try? catchUp(to: byteCount) }
  }

  /// Returns the digest of the first `byteCount` bytes of the hashed part. All of them must already be written.
  ///
  /// - Throws: ``SpoolError``.
  func digest(ofAll byteCount: Int) throws(SpoolError) -> [UInt8] {
    try catchUp(to: byteCount)
    return Array(progress.withLock { $0.hash.finalize() })
  }

  /// Works like ``digest(ofAll:)`` but on another thread, because hashing may take long.
  func digestElsewhere(ofAll byteCount: Int) async throws(SpoolError) -> [UInt8] {
    let result: Result<[UInt8], SpoolError> = await withCheckedContinuation { continuation in
      Self.queue.async { [self] in
        continuation.resume(
          returning: Result { () throws(SpoolError) in try digest(ofAll: byteCount) })
      }
    }
    return try result.get()
  }

  /// Hashes the pieces up to `end` in order. Any thread may hash the next piece. Each thread holds the lock for one
  /// piece only, so no thread waits long.
  private func catchUp(to end: Int) throws(SpoolError) {
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 64)
    defer { piece.deallocate() }
    var isBehind = true
    while isBehind {
      isBehind = try progress.withLock { (progress) throws(SpoolError) in
        let wanted = min(end - progress.byteCount, piece.count)
        guard wanted > 0 else { return false }
        let bytes = UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted])
        let place = start + progress.byteCount
        let count = try SpoolError.from(try file.file.read(into: bytes, at: place))
        guard count == wanted else { throw .failed(errno: EIO) }
        progress.hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
        progress.byteCount += count
        return true
      }
    }
  }
}

extension UploadedFile {
  /// Returns the SHA-256 of a range of the file: 32 bytes.
  ///
  /// - Parameter range: A range within the file.
  /// - Throws: ``HTTPError/internalFailure``.
  public func sha256(of range: Range<Int>) async throws(HTTPError) -> [UInt8] {
    do throws(SpoolError) {
      return try await FileHash(file, from: range.lowerBound).digestElsewhere(ofAll: range.count)
    } catch {
      throw error.httpError
    }
  }
}
