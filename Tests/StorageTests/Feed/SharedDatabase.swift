import Archives
import Search
import Synchronization
import TestSupport

@testable import Storage

/// A PostgreSQL database that several stores share.
struct SharedDatabase {
  let address: String

  init() throws {
    let words = try PostgresServer.newDatabase().split(separator: " ")
    func value(_ name: String) -> Substring {
      words.first { $0.hasPrefix("\(name)=") }?.dropFirst(name.count + 1) ?? ""
    }
    address = "postgresql://\(value("user"))@/\(value("dbname"))?host=\(value("host"))"
  }

  func store(isShared: Bool = true) throws -> Store { try Store(path: address, isShared: isShared) }

  /// A store with what is in memory of it, as in one process of several.
  func replica() throws -> Replica {
    let store = try store()
    return Replica(store: store, archive: try Archive(store: store, space: Sample.space))
  }

  func connection() throws -> PostgresConnection { try PostgresConnection(address) }

  /// Runs a statement.
  func run(_ sql: String, _ values: [SQLValue] = []) throws { try connection().run(sql, values) }

  /// Stores a volume without an embedding, as another process does. Only the number of volumes is of interest.
  func writeVolume() throws {
    let connection = try connection()
    try connection.transaction {
      let number = try connection.integer("SELECT count(*) + 1 FROM volume") ?? 0
      try connection.run(
        """
        INSERT INTO volume (id, created_at, byte_count, input_digest, metadata_checksum, metadata,
          checksum, document) VALUES (?, 1, 1, '', 0, '', 0, '')
        """, [.bytes(Array("sha256-\(number)".utf8))])
      let change = StoreChange(kind: .volume, id: "sha256-\(number)")
      _ = try ChangeLog.append([change], to: connection)
    }
  }

  func number(_ sql: String) throws -> Int? { try connection().integer(sql) }
}

/// One of several processes that use a database.
struct Replica {
  let store: Store
  let archive: Archive

  /// Waits until everything is applied that was committed before. On a slow machine, a search waits less and says so.
  func catchUp() async {
    while await archive.refresh() != nil {}
  }

  /// Waits until everything is applied, and gives the ids that a search finds.
  func foundIDs() async -> Set<String> {
    await catchUp()
    return archive.volumes.ids
  }

  func close() { store.close() }
}

/// Counts what a feed does.
final class CountingFollower: StoreFollower {
  struct Counts: Equatable {
    var reloads = 0
    var volumeIDs: [Set<String>] = []
    var ownChanges = 0
  }

  let counts = Mutex(Counts())

  func reload(from snapshot: StoreSnapshot) { counts.withLock { $0.reloads += 1 } }
  func apply(_ changes: StoreChanges, from snapshot: StoreSnapshot) {
    counts.withLock { $0.volumeIDs.append(changes.volumeIDs) }
  }
  func appliedOwnChange() { counts.withLock { $0.ownChanges += 1 } }
}

/// Waits until a condition holds, with a limit far beyond any delay of a slow machine.
func holdsSoon(_ condition: () throws -> Bool) async rethrows -> Bool {
  let end = ContinuousClock.now + .seconds(120)
  while ContinuousClock.now < end {
    if try condition() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return false
}

/// Counts events.
final class Signals: Sendable {
  private let state = Mutex(0)
  func raise() { state.withLock { $0 += 1 } }
  var count: Int { state.withLock(\.self) }
}
