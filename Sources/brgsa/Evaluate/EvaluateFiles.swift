import ArgumentParser
import Evaluation
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
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      Console.complain("\(path): exists and is not a regular file")
      throw ExitCode.cannotCreate
    }
    guard access(folder(of: path), W_OK | X_OK) == 0 else { throw refuse(path, errno) }
  }

  /// Makes a folder unless it is there.
  static func makeFolder(_ path: String) throws {
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw refuse(path, errno) }
    guard access(path, W_OK | X_OK) == 0 else { throw refuse(path, errno) }
  }

  /// Makes or replaces a file: written beside its place, and put there when it is on the disk.
  static func write(_ bytes: [UInt8], to path: String) throws {
    try Interruption.finishing {
      let draft = "\(path).\(UInt32.random(in: 0...UInt32.max)).part"
      let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw refuse(path, errno) }
      defer { close(descriptor) }
      var code = Console.write(bytes, to: descriptor)
      if code == 0, SystemCall.retrying({ fsync(descriptor) }) != 0 { code = errno }
      if code == 0, SystemCall.retrying({ rename(draft, path) }) != 0 { code = errno }
      if code == 0 { code = SystemCall.synchronizeFolder(of: path) }
      guard code == 0 else {
        unlink(draft)
        Console.complain("\(path): \(String(cString: strerror(code)))")
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
    var bytes = [UInt8](repeating: 0, count: file.byteCount)
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeMutableBytes {
        pread(file.fileDescriptor, $0.baseAddress, $0.count, off_t(done))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        Console.complain("\(path): cannot be read")
        throw ExitCode.noInput
      }
      done += count
    }
    return bytes
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func refuse(_ path: String, _ code: Int32) -> ExitCode {
    Console.complain("\(path): \(String(cString: strerror(code)))")
    return .cannotCreate
  }
}
