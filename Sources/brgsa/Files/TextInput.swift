import ArgumentParser
import Glibc

/// A text named on the command line.
enum TextInput {
  /// Bytes that are read at most: more than any limit for a text.
  private static let limit = 1 << 20

  /// The text in a file, or on standard input for `-`.
  ///
  /// - Throws: `ExitCode`, after saying why.
  static func read(_ path: String) throws -> String {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw refuse(path, String(cString: strerror(errno))) }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= limit {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw refuse(path, String(cString: strerror(errno))) }
      guard count > 0 else { break }
      bytes += chunk.prefix(count)
    }
    guard bytes.count <= limit else {
      Console.complain("\(path): has more than \(limit) bytes")
      throw ExitCode.dataError
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      Console.complain("\(path): is not UTF-8")
      throw ExitCode.dataError
    }
    return text
  }

  private static func refuse(_ path: String, _ reason: String) -> ExitCode {
    Console.complain("\(path): \(reason)")
    return .noInput
  }
}
