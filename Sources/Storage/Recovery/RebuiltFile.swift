import GRDB
import Glibc

/// Puts a new file with what can be read of a damaged one in its place.
///
/// A crash at any moment loses nothing: the new file is written whole beside the old one, which gets a second
/// name first; the renaming to `.rebuilt` decides, and ``finishSwap(at:)`` ends what a crash after it left undone.
struct RebuiltFile {
  let database: any DatabaseWriter
  /// Name of the file that the damaged one is now.
  let setAside: String
  /// Rows that could be read but were wrong.
  let wrongRows: Int

  /// - Parameter isCancelled: Asked every few rows whether to give up.
  /// - Throws: ``StoreError``, with the damaged file still in its place; ``StoreError/closed`` where it was given up.
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

  /// Puts a finished new file in the old one's place, and removes an unfinished one.
  static func finishSwap(at path: String) throws(StoreError) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
      try FileCalls.remove("\(path).salvage\(suffix)")
      try FileCalls.remove("\(path).damaged\(suffix)")
    }
    guard FileCalls.exists("\(path).rebuilt") else { return }
    // The old file's log would be taken for the new one's.
    try FileCalls.remove("\(path)-wal")
    try FileCalls.remove("\(path)-shm")
    try FileCalls.synchronize(FileCalls.folder(of: path))
    try FileCalls.move("\(path).rebuilt", to: path)
    try FileCalls.synchronize(FileCalls.folder(of: path))
  }

  /// Writes `path.salvage`, whole and closed.
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
