import Files
import GRDB
import Glibc

extension Store {
  /// Copies one state of a store into a new file. After a failure, no new file exists. Another
  /// process may have the store open.
  ///
  /// - Throws: `file(errno: EEXIST)` if the new file exists already, ``StoreError/unfit`` for a store that is not a file.
  public static func backup(path: String, to other: String) throws(StoreError) {
    guard !isAddress(path) else { throw .unfit }
    try withQueue(path) { try backup($0, to: other) }
  }

  /// Reads a file. Another process may have it open.
  static func withFile<Value>(
    _ path: String, _ body: (any StoreConnection) throws -> Value
  ) throws(StoreError) -> Value {
    try withQueue(path) { try $0.read(body) }
  }

  private static func withQueue<Value>(_ path: String, _ body: (DatabaseQueue) throws -> Value)
    throws(StoreError) -> Value
  {
    guard FileSystem.exists(path) else { throw .file(errno: ENOENT) }
    do {
      let queue = try StoreOpening.readOnly(path)
      defer { try? queue.close() }
      return try body(queue)
    } catch { throw StoreError(error) }
  }

  static func lines(_ database: any StoreConnection) throws -> [String] {
    var lines: [String] = []
    try database.forEachRow("PRAGMA integrity_check") { row in
      if let line = row.text(0), line != "ok" { lines.append(line) }
      return true
    }
    return lines
  }

  static func backup(_ source: any DatabaseReader, to path: String) throws(StoreError) {
    guard !FileSystem.exists(path) else { throw .file(errno: EEXIST) }
    let partial = "\(path).partial"
    do {
      try StoreFile.remove(partial)
      try FileSystem.create(partial)
      let target = try DatabaseQueue(path: partial)
      try source.backup(to: target)
      // The header of the copy announces a log. With this setting, the copy is a single file.
      try target.writeWithoutTransaction { try $0.run("PRAGMA journal_mode = DELETE") }
      try target.close()
      try FileSystem.synchronize(partial)
      // Unlike a rename, a link does not replace a file that was created meanwhile.
      try FileSystem.link(partial, to: path)
      try FileSystem.remove(partial)
      try FileSystem.synchronize(FileSystem.folder(of: path))
    } catch {
      try? StoreFile.remove(partial)
      throw StoreError(error)
    }
  }
}
