import Glibc

/// A new file in a folder of ours, written sequentially.
final class FreshFile {
  let descriptor: Int32

  /// - Throws: ``SeriesError/storageFull``, ``SeriesError/inputOutput(errno:)``.
  init(folder: Int32, name: String) throws(SeriesError) {
    descriptor = openat(
      folder, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)
    guard descriptor >= 0 else { throw SeriesError(errno: errno) }
  }

  /// Writes to an open, empty file, under another descriptor.
  ///
  /// - Throws: ``SeriesError/inputOutput(errno:)``.
  init(copyOf other: Int32) throws(SeriesError) {
    descriptor = fcntl(other, F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else { throw SeriesError(errno: errno) }
  }

  deinit { close(descriptor) }

  func append(_ bytes: UnsafeRawBufferPointer) throws(SeriesError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      let count = write(descriptor, piece.baseAddress, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SeriesError(errno: errno) }
      rest = rest.dropFirst(count)
    }
  }
}

extension FreshFile {
  func append(_ bytes: [UInt8]) throws(SeriesError) {
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(SeriesError) in try append(bytes) }
    }
    try result.get()
  }
}

extension SeriesError {
  /// Why a file could not be made or written.
  init(errno code: Int32) {
    self = code == ENOSPC || code == EDQUOT ? .storageFull : .inputOutput(errno: code)
  }
}
