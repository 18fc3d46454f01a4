import ArgumentParser
import Glibc
import HTTP

/// The file with the digests of keys, which only its owner may read or change.
struct KeyFile {
  let path: String

  /// Why the file cannot be used, in words.
  struct Fault: Error {
    let words: String
  }

  private static let byteLimit = 1 << 20

  /// All keys.
  ///
  /// - Throws: ``Fault``.
  func keys() throws(Fault) -> [AccessKey] {
    let text = try text()
    do throws(AccessKey.Fault) {
      return try AccessKey.list(text)
    } catch {
      throw Fault(words: Self.words(for: error))
    }
  }

  /// The file's lines; none if there is no file yet.
  ///
  /// - Throws: ``Fault``.
  func lines() throws(Fault) -> [String] {
    guard access(path, F_OK) == 0 else { return [] }
    return try text().split(whereSeparator: \.isNewline).map(String.init)
  }

  /// Puts these lines in the place of the file's.
  ///
  /// - Throws: ``Fault``; then the file is as it was.
  func replace(with lines: [String]) throws(Fault) {
    let draft = "\(path).\(getpid()).part"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.systemFault() }
    defer {
      close(descriptor)
      unlink(draft)
    }
    let text = lines.joined(separator: "\n") + "\n"
    let code = Console.write(Array(text.utf8), to: descriptor)
    guard code == 0 else { throw Fault(words: String(cString: strerror(code))) }
    guard fsync(descriptor) == 0, rename(draft, path) == 0 else { throw Self.systemFault() }
  }

  private func text() throws(Fault) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.systemFault() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.systemFault() }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Fault(words: "is no file") }
    guard status.st_mode & 0o077 == 0 else {
      throw Fault(words: "others than its owner may read or change it; say chmod 600")
    }
    guard status.st_size <= Self.byteLimit else { throw Fault(words: "is too large") }
    var bytes = [UInt8](repeating: 0, count: Self.byteLimit)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
      }
      guard got >= 0 else { throw Self.systemFault() }
      guard got > 0 else { break }
      count += got
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  private static func systemFault() -> Fault { Fault(words: String(cString: strerror(errno))) }

  private static func words(for fault: AccessKey.Fault) -> String {
    switch fault {
    case .malformed(let line): "line \(line) is not: name sha-256 scope,scope"
    case .unknownScope(let line): "line \(line) has an unknown scope; there are \(scopes)"
    case .repeated(let line): "line \(line) repeats a name or a digest"
    case .empty: "has no key, so nobody could do anything; brgsa keys add makes one"
    }
  }

  /// All scopes, with commas.
  static var scopes: String { Scope.allCases.map(\.rawValue).joined(separator: ", ") }
}
