import GRDB
import Synchronization

extension SQLiteEngine {
  // Only one process has the file open, and that process makes all changes.
  var changeLog: ChangeLogServer? { nil }

  // A store without a server has no server settings. A commit is on the disk when it is acknowledged.
  var durability: StoreDurability? { nil }

  var room: StoreRoom { reserve?.room ?? .ample }

  var freeBytes: Int? { reserve?.freeBytes }

  var reserveBytes: Int { reserve?.byteCount ?? 0 }

  func examineSurroundings() {
    let file: StoreFile? = shared.withLock { shared in
      guard case .success = shared.access, shared.lostWrite == nil else { return nil }
      return shared.file
    }
    guard let file else { return }
    // During a rebuild, the file is replaced and `access` contains an error. The file then need not be in place.
    if !file.isInPlace(), shared.withLock({ (try? $0.access.get()) != nil }) {
      _ = storeError(for: StoreError.displaced)
    }
    reserve?.make()
    if let change = reserve?.change() { shared.withLock { $0.handlers.roomChange }(change) }
  }

  func requireRoom(forOptional bytes: Int, in database: any StoreConnection) throws {
    guard let reserve else { return }
    let unused = try database.integer("PRAGMA freelist_count") ?? 0
    guard reserve.admits(bytes, unused: unused * StoreSchema.pageSize) else {
      throw StoreError.lowSpace
    }
  }

  func vacuum() throws(StoreError) {
    let database = try access(forWriting: true).get()
    do {
      try database.writeWithoutTransaction { connection in
        // The copy that `VACUUM` makes may not fit into memory.
        try connection.run("PRAGMA temp_store = FILE")
        defer { try? connection.run("PRAGMA temp_store = MEMORY") }
        try connection.run("VACUUM")
        _ = try? connection.checkpoint(.truncate)
      }
    } catch { throw storeError(for: error) }
  }
}
