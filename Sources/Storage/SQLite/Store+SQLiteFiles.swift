import Files
import GRDB
import Glibc

extension Store {
  /// Copies a consistent snapshot of a store into a new file. Another process may have the store open. After a failure,
  /// the new file does not exist.
  ///
  /// - Throws: `file(errno: EEXIST)` if the new file already exists, ``StoreError/unfit`` if the store is not a file.
  public static func backup(path: String, to other: String) throws(StoreError) {
    guard !isAddress(path) else { throw .unfit }
    try withQueue(path) { try backup($0, to: other) }
  }

  /// Passes a read-only connection to a file to `body`. Another process may have the file open.
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
      // The header of the copy says that it has a write-ahead log. This setting makes the copy a single file.
      try target.writeWithoutTransaction { try $0.run("PRAGMA journal_mode = DELETE") }
      try target.close()
      try FileSystem.synchronize(partial)
      // Unlike a rename, a link does not replace a file that was created in the meantime.
      try FileSystem.link(partial, to: path)
      try FileSystem.remove(partial)
      try FileSystem.synchronize(FileSystem.folder(of: path))
    } catch {
      try? StoreFile.remove(partial)
      throw StoreError(error)
    }
  }
}
