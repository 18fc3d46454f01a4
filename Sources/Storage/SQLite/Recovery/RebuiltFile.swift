import Files
import GRDB
import Glibc

/// Replaces a damaged file with a new file that contains the readable rows.
///
/// A crash at any moment loses no data. First, the new file is written completely next to the old file. Then the old
/// file gets a second name, and the new file is renamed to `.rebuilt`. If the process crashes after that,
/// ``finishSwap(at:)`` completes the replacement.
struct RebuiltFile {
  let database: any DatabaseWriter
  /// The name under which the damaged file is stored.
  let setAside: String
  /// Number of rows that were found but have a wrong checksum or invalid columns.
  let wrongRows: Int

  /// Rebuilds the file at `path`.
  ///
  /// - Parameter isCancelled: Called every few rows.
  /// - Throws: ``StoreError``; ``StoreError/closed`` if cancelled. The damaged file then remains in its place.
  static func rebuild(
    _ path: String, logPages: Int = 1000, isCancelled: @escaping () -> Bool = { false }
  ) throws(StoreError) -> RebuiltFile {
    let wrongRows = try Self.salvage(path, isCancelled)
    let setAside = Self.freeName(beside: path)
    do {
      try FileSystem.link(path, to: setAside)
      if FileSystem.exists("\(path)-wal") {
        try FileSystem.link("\(path)-wal", to: "\(setAside)-wal")
      }
      try FileSystem.move("\(path).salvage", to: "\(path).rebuilt")
      try FileSystem.synchronize(FileSystem.folder(of: path))
      try finishSwap(at: path)
      return RebuiltFile(
        database: try StoreOpening.file(path, logPages: logPages),
        setAside: FileSystem.name(of: setAside),
        wrongRows: wrongRows)
    } catch { throw StoreError(error) }
  }

  /// Replaces the old file with a finished new file, and removes an unfinished new file.
  static func finishSwap(at path: String) throws(FileError) {
    try StoreFile.remove("\(path).salvage")
    try StoreFile.remove("\(path).damaged")
    guard FileSystem.exists("\(path).rebuilt") else { return }
    // The old log is removed first. Otherwise, SQLite would apply it to the new file.
    try FileSystem.remove("\(path)-wal")
    try FileSystem.remove("\(path)-shm")
    try FileSystem.synchronize(FileSystem.folder(of: path))
    try FileSystem.move("\(path).rebuilt", to: path)
    try FileSystem.synchronize(FileSystem.folder(of: path))
  }

  /// Copies the readable rows into a new file, `path.salvage`, and returns the number of wrong rows.
  private static func salvage(_ path: String, _ isCancelled: @escaping () -> Bool)
    throws(StoreError) -> Int
  {
    let target = "\(path).salvage"
    do {
      try StoreFile.remove(target)
      try FileSystem.create(target)
      let database = try StoreOpening.file(target)
      defer { try? database.close() }
      let wrongRows = try Salvage.copy(from: path, to: database, isCancelled: isCancelled)
      _ = try database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
      try database.close()
      for suffix in ["-wal", "-shm"] { try FileSystem.remove("\(target)\(suffix)") }
      try FileSystem.synchronize(target)
      return wrongRows
    } catch { throw StoreError(error) }
  }

  private static func freeName(beside path: String) -> String {
    var seconds = time(nil)
    while FileSystem.exists("\(path).corrupt-\(seconds)") { seconds += 1 }
    return "\(path).corrupt-\(seconds)"
  }
}
