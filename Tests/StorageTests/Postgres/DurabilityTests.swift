import Dispatch
import Glibc
import Synchronization
import Testing

@testable import Storage

/// What the service says about the worth of a commit, and commits that wait for a standby in vain.
@Suite struct DurabilityTests {
  @Test(arguments: [
    ("", "on", StoreDurability.Level.primary), ("  ", "on", .primary), ("a", "on", .quorum),
    ("ANY 1 (a, b)", "on", .quorum), ("*", "remote_apply", .quorum),
    // A standby that has received a commit may not have it on its disk.
    ("a", "remote_write", .primary), ("a", "local", .primary), ("a", "off", .primary),
  ])
  func aQuorumNeedsStandbysAndACommitThatWaitsForTheirDisks(
    _ names: String, _ commit: String, _ level: StoreDurability.Level
  ) {
    let found = StoreDurability(standbyNames: names, commit: commit, settingsOff: [])
    #expect(found.level == level)
  }

  @Test func theServersSettingsAreReadWithEachConnection() async throws {
    let database = try SharedDatabase()
    let store = try database.store()
    let engine = try #require(store.engine as? PostgresEngine)
    // The server of the tests does not flush its files.
    #expect(store.durability == StoreDurability(level: .primary, settingsOff: ["fsync"]))
    try database.setCommit("on")
    try database.endOtherSessions()
    await engine.lookAtDurability()
    #expect(store.durability?.level == .quorum)
    store.close()
    #expect(try Store(path: ":memory:").durability == nil)
  }

  @Test func aChangeIsFoundWithoutANewConnectionAndReportedOnce() async throws {
    let database = try SharedDatabase()
    let store = try database.store()
    let reported = Mutex<[StoreDurability.Level]>([])
    store.onDurabilityChange { found in reported.withLock { $0.append(found.level) } }
    store.examineSurroundings()
    #expect(await holdsSoon { reported.withLock { $0 } == [.primary] })
    // As a reload of the server's settings.
    try store.engine.writingNow { try $0.run("SET synchronous_commit = on") }
    let engine = try #require(store.engine as? PostgresEngine)
    await engine.lookAtDurability()
    await engine.lookAtDurability()
    #expect(reported.withLock { $0 } == [.primary, .quorum])
    #expect(store.durability?.level == .quorum)
    store.close()
  }

  @Test func theServerIsAskedEveryFewSeconds() {
    let watch = DurabilityWatch()
    let start = ContinuousClock.now
    #expect(watch.isDue(at: start))
    #expect(!watch.isDue(at: start + .seconds(3)))
    #expect(watch.isDue(at: start + .seconds(4)))
    #expect(!watch.isDue(at: start + .seconds(7)))
    #expect(watch.isDue(at: start + .seconds(9)))
  }

  @Test func aCommitIsOnADiskBeforeItIsAcknowledged() throws {
    let database = try SharedDatabase()
    try database.setCommit("off")
    let store = try database.store()
    let setting = try store.engine.writingNow { connection in
      try connection.firstRow("SELECT current_setting('synchronous_commit')") { $0.text(0) }
    }
    #expect(setting == "local")
    #expect(store.durability?.level == .primary)
    store.close()
  }

  /// Writes that find their data stored by an attempt that no standby has confirmed.
  private static let writes: [(name: String, write: @Sendable (Store) async throws -> Void)] = [
    ("volume", { try await $0.add(1) }),
    (
      "job",
      { store in
        _ = try await store.addJob(
          JobRecord(id: "j", createdAt: 1, repetitionKey: [7], document: [1]))
      }
    ),
    (
      "prompt set",
      { store in
        _ = try await store.putPromptSet("set", document: [1], createdAt: 1)
      }
    ),
    (
      "calibration",
      { store in
        let record = CalibrationRecord(name: "c", model: "m", createdAt: 1, document: [1])
        _ = try await store.putCalibration(record, limit: 1)
      }
    ),
  ]

  @Test(arguments: writes.map(\.name))
  func whatNoStandbyHasIsNotAcknowledgedAlsoIfItIsSentAgain(_ name: String) async throws {
    let write = try #require(Self.writes.first { $0.name == name }).write
    let database = try SharedDatabase()
    let store = try await database.waitingStore()
    // The commit waits for a standby that does not exist, until someone cancels the wait.
    let ender = try WaitEnder(database)
    for attempt in 0..<3 {
      await #expect(throws: StoreError.server(state: "01000"), "\(attempt)") {
        try await write(store)
      }
    }
    ender.stop()
    store.close()
  }

  @Test(arguments: writes.map(\.name))
  func aWriteThatRunsAgainAfterALostAnswerWaitsForAStandby(_ name: String) async throws {
    let write = try #require(Self.writes.first { $0.name == name }).write
    let database = try SharedDatabase()
    let store = try await database.waitingStore()
    // The first attempt leaves the data on the primary. The next one finds it there. On a slow machine there is none.
    let ender = try WaitEnder(database, first: "pg_terminate_backend")
    await #expect(throws: StoreError.self) { try await write(store) }
    ender.stop()
    store.close()
  }
}

/// Cancels each commit of a database that waits for a standby.
///
/// It has a thread of its own. A commit with `NOTIFY` that waits for a standby holds up such commits in all databases of
/// the server, so other tests may block all threads of the tasks.
private final class WaitEnder: Sendable {
  private let isStopped = Mutex(false)

  /// - Parameter first: The function that ends the first wait.
  init(_ database: SharedDatabase, first: String = "pg_cancel_backend") throws {
    let connection = try database.connection()
    DispatchQueue(label: "brgsa.tests.waits").async { [self] in
      var function = first
      while !isStopped.withLock(\.self) {
        let ended = try? connection.integer(
          """
          SELECT count(*) FROM (SELECT \(function)(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event = 'SyncRep'
            AND backend_type = 'client backend') AS ended
          """)
        if let ended, ended > 0 { function = "pg_cancel_backend" }
        usleep(5_000)
      }
    }
  }

  func stop() { isStopped.withLock { $0 = true } }
}

extension SharedDatabase {
  /// Sets `synchronous_commit` for new sessions.
  func setCommit(_ value: String) throws {
    let connection = try connection()
    let name = try connection.firstRow("SELECT current_database()::text") { $0.text(0) }
    try connection.run("ALTER DATABASE \((name ?? nil) ?? "") SET synchronous_commit = \(value)")
  }

  /// Ends all other sessions of the database, and waits until they have ended.
  func endOtherSessions() throws {
    try run(
      """
      SELECT pg_terminate_backend(pid, 600000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
      """)
  }

  /// A store whose commits wait for a standby that does not exist.
  func waitingStore() async throws -> Store {
    let store = try store()
    try setCommit("on")
    try endOtherSessions()
    // Connects again.
    await (store.engine as? PostgresEngine)?.lookAtDurability()
    return store
  }
}
