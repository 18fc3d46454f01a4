import Glibc

/// A small file with something secret in it.
struct PrivateFile {
  let path: String
  /// Permissions that nobody but the owner may have.
  let forbiddenMode: mode_t

  /// Why the file cannot be used, in words.
  struct Fault: Error {
    let words: String

    /// What the last system call says.
    static func system() -> Fault { Fault(words: String(cString: strerror(errno))) }
  }

  private static let byteLimit = 1 << 20

  /// The file's bytes.
  ///
  /// - Throws: ``Fault``.
  func bytes() throws(Fault) -> [UInt8] {
    let descriptor = SystemCall.retrying { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw .system() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system() }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Fault(words: "is not a file") }
    guard status.st_mode & forbiddenMode == 0 else {
      let mode = forbiddenMode & 0o070 == 0 ? "640" : "600"
      throw Fault(words: "it must be accessible only by its owner; run chmod \(mode)")
    }
    guard status.st_size <= Self.byteLimit else { throw Fault(words: "is too large") }
    var bytes = [UInt8](repeating: 0, count: Self.byteLimit)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        SystemCall.retrying {
          read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        }
      }
      guard got >= 0 else { throw .system() }
      guard got > 0 else { break }
      count += got
    }
    return Array(bytes[..<count])
  }

  /// Puts bytes in the place of a file's, which only its owner may read: there whole, or not at all.
  ///
  /// - Throws: ``Fault``; then the file is as it was.
  static func replace(_ path: String, with bytes: [UInt8]) throws(Fault) {
    let draft = "\(path).\(getpid()).part"
    let descriptor = SystemCall.retrying {
      open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    }
    guard descriptor >= 0 else { throw .system() }
    defer {
      close(descriptor)
      unlink(draft)
    }
    var code = Console.write(bytes, to: descriptor)
    guard code == 0 else { throw Fault(words: String(cString: strerror(code))) }
    guard SystemCall.retrying({ fsync(descriptor) }) == 0,
      SystemCall.retrying({ rename(draft, path) }) == 0
    else { throw .system() }
    code = SystemCall.synchronizeFolder(of: path)
    guard code == 0 else { throw Fault(words: String(cString: strerror(code))) }
  }
}
