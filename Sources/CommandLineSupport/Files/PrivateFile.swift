package import Files
package import Glibc

/// A small file with secret content.
package struct PrivateFile {
  private let path: String
  /// Permission bits that the file must not have.
  private let forbiddenMode: mode_t

  /// Why the file cannot be used. The text is worded as the end of a sentence.
  package struct Fault: FromFileError {
    package let words: String

    package init(words: String) { self.words = words }

    package init(_ error: FileError) {
      words = error == .notRegular ? "is not a regular file" : "\(error)"
    }
  }

  private static let byteLimit = 1 << 20

  package init(path: String, forbiddenMode: mode_t) {
    self.path = path
    self.forbiddenMode = forbiddenMode
  }

  /// Reads the file.
  ///
  /// - Throws: ``Fault``.
  package func bytes() throws(Fault) -> [UInt8] {
    let file = try Fault.from(try OpenFile(regular: path))
    let status = try Fault.from(try file.status())
    guard status.permissions & forbiddenMode == 0 else {
      let mode = forbiddenMode & 0o070 == 0 ? "640" : "600"
      throw Fault(words: "it must be accessible only by its owner; run chmod \(mode)")
    }
    guard status.byteCount <= Self.byteLimit else { throw Fault(words: "is too large") }
    return try Fault.from(try file.bytes(count: Self.byteLimit))
  }

  /// Replaces a file. Only its owner can access the new file.
  ///
  /// - Throws: ``Fault``. The old file is then unchanged.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(Fault) {
    try Fault.from(try AtomicFile.write(bytes, to: path))
  }
}
