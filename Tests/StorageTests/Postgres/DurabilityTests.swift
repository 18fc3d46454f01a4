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

  @Test func theServerIsAskedTwiceAMinute() {
    let watch = DurabilityWatch()
    let start = ContinuousClock.now
    #expect(watch.isDue(at: start))
    #expect(!watch.isDue(at: start + .seconds(29)))
    #expect(watch.isDue(at: start + .seconds(30)))
    #expect(!watch.isDue(at: start + .seconds(59)))
    #expect(watch.isDue(at: start + .seconds(61)))
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
    for attempt in 0..<3 {
      let work = Task { try await write(store) }
      // The commit waits for a standby that does not exist. Someone cancels the wait.
      var process: Int?
      while process == nil { process = try await database.waitingSession() }
      try database.run("SELECT pg_cancel_backend(\(process ?? 0))")
      await #expect(throws: StoreError.server(state: "01000"), "\(attempt)") {
        try await work.value
      }
    }
    store.close()
  }

  @Test(arguments: writes.map(\.name))
  func aWriteThatRunsAgainAfterALostAnswerWaitsForAStandby(_ name: String) async throws {
    let write = try #require(Self.writes.first { $0.name == name }).write
    let database = try SharedDatabase()
    let store = try await database.waitingStore()
    let isOver = Mutex(false)
    let work = Task {
      defer { isOver.withLock { $0 = true } }
      try await write(store)
    }
    // The first attempt leaves the data on the primary. The next one finds it there. On a slow machine there is none.
    var function = "pg_terminate_backend"
    while !isOver.withLock(\.self) {
      guard let process = try await database.waitingSession() else { continue }
      try database.run("SELECT \(function)(\(process))")
      function = "pg_cancel_backend"
    }
    await #expect(throws: StoreError.self) { try await work.value }
    store.close()
  }
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

  /// The process of a session whose commit waits for a standby; nil if there is none now.
  func waitingSession() async throws -> Int? {
    try await Task.sleep(for: .milliseconds(10))
    return try number(
      """
      SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event = 'SyncRep'
      """)
  }
}
