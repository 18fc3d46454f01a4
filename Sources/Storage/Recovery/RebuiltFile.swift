import Files
import GRDB
import Glibc

/// Replaces a damaged file by a new one with its readable rows.
///
/// A crash at any moment loses nothing: the new file is written completely next to the old one,
/// which first gets a second name. The renaming to `.rebuilt` decides, and ``finishSwap(at:)``
/// completes it after a crash.
struct RebuiltFile {
  let database: any DatabaseWriter
  /// New name of the damaged file.
  let setAside: String
  /// Number of rows that were read but wrong.
  let wrongRows: Int

  /// - Parameter isCancelled: Asked every few rows.
  /// - Throws: ``StoreError``, with the damaged file still in its place; ``StoreError/closed`` if
  ///   cancelled.
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

  /// Moves a finished new file into the old one's place, and removes an unfinished one.
  static func finishSwap(at path: String) throws(FileError) {
    try StoreFile.remove("\(path).salvage")
    try StoreFile.remove("\(path).damaged")
    guard FileSystem.exists("\(path).rebuilt") else { return }
    // Otherwise the old file's log would be applied to the new file.
    try FileSystem.remove("\(path)-wal")
    try FileSystem.remove("\(path)-shm")
    try FileSystem.synchronize(FileSystem.folder(of: path))
    try FileSystem.move("\(path).rebuilt", to: path)
    try FileSystem.synchronize(FileSystem.folder(of: path))
  }

  /// Writes `path.salvage` and closes it.
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
