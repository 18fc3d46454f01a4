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
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .system() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system() }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Fault(words: "is no file") }
    guard status.st_mode & forbiddenMode == 0 else {
      let mode = forbiddenMode & 0o070 == 0 ? "640" : "600"
      throw Fault(words: "others than its owner may read or change it; say chmod \(mode)")
    }
    guard status.st_size <= Self.byteLimit else { throw Fault(words: "is too large") }
    var bytes = [UInt8](repeating: 0, count: Self.byteLimit)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
      }
      guard got >= 0 else { throw .system() }
      guard got > 0 else { break }
      count += got
    }
    return Array(bytes[..<count])
  }
}
