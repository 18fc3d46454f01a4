import ArgumentParser
import Evaluation
import Files
import Glibc

/// Files of an evaluation, read and written whole.
enum EvaluateFiles {
  /// The label table.
  ///
  /// - Throws: `ExitCode`, after saying what is wrong where; so do the others here.
  static func labels(_ path: String) throws -> LabelTable {
    try parse(path) { bytes throws(EvaluationError) in try LabelTable(parsing: bytes) }
  }

  /// A score table.
  static func scores(_ path: String) throws -> ScoreTable {
    try parse(path) { bytes throws(EvaluationError) in try ScoreTable(parsing: bytes) }
  }

  /// A table of groups.
  static func groups(_ path: String) throws -> StudyGroupTable {
    try parse(path) { bytes throws(EvaluationError) in try StudyGroupTable(parsing: bytes) }
  }

  /// Any table with a header.
  static func table(_ path: String) throws -> CSVTable {
    try parse(path) { bytes throws(EvaluationError) in try CSVTable(parsing: bytes) }
  }

  /// Refuses to write results over `inputs`, or into a folder that is not there, before the work begins.
  static func requireWritable(_ path: String, besides inputs: [String]) throws {
    for input in inputs where try InputFile(path: input).isAlso(path) {
      Console.complain("\(path): is the input itself")
      throw ExitCode.cannotCreate
    }
    if let status = try? FileStatus(of: path), !status.isRegular {
      Console.complain("\(path): exists and is not a regular file")
      throw ExitCode.cannotCreate
    }
    guard access(FileSystem.folder(of: path), W_OK | X_OK) == 0 else { throw refuse(path, errno) }
  }

  /// Makes a folder unless it is there.
  static func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw refuse(path, errno) }
    guard access(path, W_OK | X_OK) == 0 else { throw refuse(path, errno) }
  }

  /// Makes or replaces a file: written beside its place, and put there when it is on the disk.
  static func write(_ bytes: [UInt8], to path: String) throws {
    try Interruption.finishing {
      do throws(FileError) {
        try AtomicFile.write(bytes, to: path, mode: 0o644)
      } catch {
        Console.complain("\(path): \(error)")
        throw ExitCode.outputError
      }
    }
  }

  private static func parse<Table>(
    _ path: String, _ read: ([UInt8]) throws(EvaluationError) -> Table
  ) throws -> Table {
    let bytes = try contents(path)
    do throws(EvaluationError) {
      return try read(bytes)
    } catch {
      Console.complain("\(path): \(error)")
      throw ExitCode.dataError
    }
  }

  private static func contents(_ path: String) throws -> [UInt8] {
    let file = try InputFile(path: path)
    return try file.bytes(at: 0, count: file.byteCount)
  }

  private static func refuse(_ path: String, _ code: Int32) -> ExitCode {
    Console.complain("\(path): \(FileError.words(for: code))")
    return .cannotCreate
  }
}
