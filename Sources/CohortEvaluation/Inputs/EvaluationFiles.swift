internal import CommandLineSupport
package import Evaluation
internal import Files
internal import Glibc

/// Reads and writes the files of an evaluation.
package enum EvaluationFiles {
  /// Reads a table of labels.
  ///
  /// - Throws: `CommandFailure`.
  package static func labels(_ path: String) throws -> LabelTable {
    try parse(path) { bytes in try LabelTable(parsing: bytes) }
  }

  /// Reads a table of scores.
  static func scores(_ path: String) throws -> ScoreTable {
    try parse(path) { bytes in try ScoreTable(parsing: bytes) }
  }

  /// Reads a table of groups.
  package static func groups(_ path: String) throws -> StudyGroupTable {
    try parse(path) { bytes in try StudyGroupTable(parsing: bytes) }
  }

  /// Reads any table with a header.
  static func table(_ path: String) throws -> CSVTable {
    try parse(path) { bytes in try CSVTable(parsing: bytes) }
  }

  /// Checks before the work starts that the result can be written to `path`.
  ///
  /// - Throws: `CommandFailure` if `path` is one of `inputs`, exists but is not a regular file, or lies in a folder
  ///   that is missing or not writable.
  package static func requireWritable(_ path: String, besides inputs: [String]) throws {
    for input in inputs where try InputFile(path: input).isAlso(path) {
      throw CommandFailure("\(path): is the input file", .cannotCreate)
    }
    if let status = try? FileStatus(of: path), !status.isRegular {
      throw CommandFailure("\(path): exists and is not a regular file", .cannotCreate)
    }
    guard access(FileSystem.folder(of: path), W_OK | X_OK) == 0 else { throw refuse(path, errno) }
  }

  /// Creates a folder if it does not exist.
  ///
  /// - Throws: `CommandFailure`.
  static func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw refuse(path, errno) }
    guard access(path, W_OK | X_OK) == 0 else { throw refuse(path, errno) }
  }

  /// Creates or replaces a file atomically: its bytes are on the disk before it gets its name.
  ///
  /// - Throws: `CommandFailure`.
  package static func write(_ bytes: [UInt8], to path: String) throws {
    try Interruption.finishing {
      do throws(FileError) {
        try AtomicFile.write(bytes, to: path, mode: 0o644)
      } catch {
        throw CommandFailure("\(path): \(error)", .outputError)
      }
    }
  }

  private static func parse<Table>(
    _ path: String, _ read: ([UInt8]) throws -> Table
  ) throws -> Table {
    let bytes = try contents(path)
    do {
      return try read(bytes)
    } catch let error as EvaluationError {
      throw CommandFailure("\(path): \(error)", .dataError)
    }
  }

  private static func contents(_ path: String) throws -> [UInt8] {
    let file = try InputFile(path: path)
    return try file.bytes(at: 0, count: file.byteCount)
  }

  private static func refuse(_ path: String, _ code: Int32) -> CommandFailure {
    CommandFailure("\(path): \(FileError.words(for: code))", .cannotCreate)
  }
}
