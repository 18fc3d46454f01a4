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
    try FileCalls.link(path, to: setAside)
    if FileCalls.exists("\(path)-wal") { try FileCalls.link("\(path)-wal", to: "\(setAside)-wal") }
    try FileCalls.move("\(path).salvage", to: "\(path).rebuilt")
    try FileCalls.synchronize(FileCalls.folder(of: path))
    try finishSwap(at: path)
    do {
      return RebuiltFile(
        database: try StoreOpening.file(path, logPages: logPages),
        setAside: FileCalls.name(of: setAside),
        wrongRows: wrongRows)
    } catch { throw StoreError(error) }
  }

  /// Moves a finished new file into the old one's place, and removes an unfinished one.
  static func finishSwap(at path: String) throws(StoreError) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
      try FileCalls.remove("\(path).salvage\(suffix)")
      try FileCalls.remove("\(path).damaged\(suffix)")
    }
    guard FileCalls.exists("\(path).rebuilt") else { return }
    // Otherwise the old file's log would be applied to the new file.
    try FileCalls.remove("\(path)-wal")
    try FileCalls.remove("\(path)-shm")
    try FileCalls.synchronize(FileCalls.folder(of: path))
    try FileCalls.move("\(path).rebuilt", to: path)
    try FileCalls.synchronize(FileCalls.folder(of: path))
  }

  /// Writes `path.salvage` and closes it.
  private static func salvage(_ path: String, _ isCancelled: @escaping () -> Bool)
    throws(StoreError) -> Int
  {
    let target = "\(path).salvage"
    for suffix in ["", "-wal", "-shm"] { try FileCalls.remove("\(target)\(suffix)") }
    try FileCalls.create(target)
    do {
      let database = try StoreOpening.file(target)
      defer { try? database.close() }
      let wrongRows = try Salvage.copy(from: path, to: database, isCancelled: isCancelled)
      _ = try database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
      try database.close()
      for suffix in ["-wal", "-shm"] { try FileCalls.remove("\(target)\(suffix)") }
      try FileCalls.synchronize(target)
      return wrongRows
    } catch { throw StoreError(error) }
  }

  private static func freeName(beside path: String) -> String {
    var seconds = time(nil)
    while FileCalls.exists("\(path).corrupt-\(seconds)") { seconds += 1 }
    return "\(path).corrupt-\(seconds)"
  }
}
