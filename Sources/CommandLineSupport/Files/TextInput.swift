import ArgumentParser
import Files

/// A text named on the command line.
enum TextInput {
  /// Most bytes that are read, above any limit for a text.
  private static let limit = 1 << 20

  /// The text in a file, or on standard input for `-`.
  ///
  /// - Throws: `ExitCode`, after saying why.
  static func read(_ path: String) throws -> String {
    let bytes: [UInt8]
    do throws(FileError) {
      let file = path == "-" ? OpenFile.standardInput : try OpenFile(path)
      bytes = try file.bytes(count: limit + 1)
    } catch {
      Console.complain("\(path): \(error)")
      throw ExitCode.noInput
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
}
