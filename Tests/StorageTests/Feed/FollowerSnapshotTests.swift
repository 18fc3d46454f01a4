import Synchronization
import Testing

@testable import Storage

/// The connection and the moment from which a follower reads.
@Suite struct FollowerSnapshotTests {
  @Test func theLogAndTheDataAreReadFromTheSameMoment() async throws {
    let database = try SharedDatabase()
    let store = try database.store()
    let writes = Mutex(2)
    let follower = InterferingFollower { snapshot in
      let newest = try ChangeLog.newest(snapshot.database)
      // Another process writes after the feed has read the log and before the follower reads the data.
      let isWriting = writes.withLock { writes in
        writes -= 1
        return writes >= 0
      }
      if isWriting { try database.writeVolume() }
      #expect(try ChangeLog.newest(snapshot.database) == newest)
      return try snapshot.volumeCount()
    }
    #expect(try store.follow(follower))
    while await store.refreshFollower() != nil {}
    while await store.refreshFollower() != nil {}
    #expect(follower.counts == ["reload 0", "apply 1", "apply 2"])
    store.close()
  }

  @Test func afterAnInterruptedUpdateTheFollowerReadsEverythingAgain() async throws {
    let database = try SharedDatabase()
    let store = try database.store()
    let isCut = Mutex(false)
    let follower = InterferingFollower { snapshot in
      if isCut.withLock(\.self) {
        isCut.withLock { $0 = false }
        // The server ends the session in the middle of the update.
        let process = try #require(snapshot.database as? PostgresConnection).serverProcess
        try database.run("SELECT pg_terminate_backend(?)", [.integer(Int(process))])
      }
      return try snapshot.volumeCount()
    }
    #expect(try store.follow(follower))
    try database.writeVolume()
    while await store.refreshFollower() != nil {}
    isCut.withLock { $0 = true }
    try database.writeVolume()
    while await store.refreshFollower() != nil {}
    #expect(follower.counts == ["reload 0", "apply 1", "apply failed", "reload 2"])
    store.close()
  }
}

/// Runs a closure in each update, and records the numbers that it returns.
private final class InterferingFollower: StoreFollower {
  private let read: @Sendable (StoreSnapshot) throws -> Int
  private let recorded = Mutex<[String]>([])

  init(_ read: @escaping @Sendable (StoreSnapshot) throws -> Int) { self.read = read }

  var counts: [String] { recorded.withLock(\.self) }

  func reload(from snapshot: StoreSnapshot) throws { try record("reload", snapshot) }

  func apply(_ changes: StoreChanges, from snapshot: StoreSnapshot) throws {
    try record("apply", snapshot)
  }

  func appliedOwnChange() {}

  private func record(_ name: String, _ snapshot: StoreSnapshot) throws {
    do {
      let count = try read(snapshot)
      recorded.withLock { $0.append("\(name) \(count)") }
    } catch {
      recorded.withLock { $0.append("\(name) failed") }
      throw error
    }
  }
}
