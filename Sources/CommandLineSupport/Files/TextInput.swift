internal import Files

/// Reads a text from a file that is named on the command line.
package enum TextInput {
  /// Maximum number of bytes that are read. The limits for texts are all lower.
  private static let limit = 1 << 20

  /// Reads a text from the file at `path`, or from standard input if `path` is `-`.
  ///
  /// - Throws: `CommandFailure`.
  package static func read(_ path: String) throws -> String {
    let bytes: [UInt8]
    do throws(FileError) {
      let file = path == "-" ? OpenFile.standardInput : try OpenFile(path)
      bytes = try file.bytes(count: limit + 1)
    } catch {
      throw CommandFailure("\(path): \(error)", .noInput)
    }
    guard bytes.count <= limit else {
      throw CommandFailure("\(path): has more than \(limit) bytes", .dataError)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure("\(path): is not UTF-8", .dataError)
    }
    return text
  }
}
