import Synchronization
import TestSupport
import Testing

@testable import Storage

/// A store in PostgreSQL, when the server or another process is in its way.
@Suite struct PostgresEngineTests {
  @Test func aSecondProcessIsRefusedUntilTheFirstHasClosed() async throws {
    let address = try PostgresServer.newAddress()
    let first = try Store(path: address)
    #expect(throws: StoreError.inUse) { try Store(path: address) }
    try await first.add(1)
    first.close()
    await #expect(throws: StoreError.closed) { try await first.add(2) }
    let second = try Store(path: address)
    #expect(try second.searchedIDs() == ["sha256-1"])
    second.close()
  }

  @Test func aStoreThatLostItsConnectionsGoesOnAndLosesNothing() async throws {
    let address = try PostgresServer.newAddress()
    let store = try Store(path: address)
    let other = try PostgresConnection(address)
    for n in 0..<20 {
      try await store.add(n)
      try Self.endSessions(by: other)
      #expect(try store.countVolumesNow() == n + 1)
      try Self.endSessions(by: other)
    }
    #expect(try store.searchedIDs() == (0..<20).map { "sha256-\($0)" })
    #expect(try Store.check(path: address).isEmpty)
    store.close()
  }

  @Test func aTransactionThatIsCutOffRunsAgainAsAWhole() async throws {
    let address = try PostgresServer.newAddress()
    let store = try Store(path: address)
    let other = try PostgresConnection(address)
    try await store.add(1)
    var runs = 0
    try store.engine.writingNow { database in
      runs += 1
      try database.run("UPDATE volume SET byte_count = byte_count + 10")
      if runs == 1 { try Self.endSessions(by: other) }
      try database.run("UPDATE volume SET byte_count = byte_count + 10")
    }
    #expect(runs == 2)
    #expect(try store.engine.readingNow { try $0.integer("SELECT byte_count FROM volume") } == 22)
    store.close()
  }

  @Test func aServerThatRefusesEveryoneIsReportedAndLaterUsedAgain() async throws {
    let address = try PostgresServer.newAddress()
    let store = try Store(path: address)
    try await store.add(1)
    let inside = try PostgresConnection(address)
    let name = try inside.row("SELECT current_database()::text") { $0.text(0) }
    let database = try #require(name ?? nil)
    // The server refuses this to a session of the database itself.
    let admin = try PostgresConnection(
      "host=\(PostgresServer.socketFolder()) user=brgsa dbname=postgres")
    try admin.run("ALTER DATABASE \(database) ALLOW_CONNECTIONS false")
    try Self.endSessions(by: inside)
    await #expect(throws: StoreError.unreachable) { try await store.add(2) }
    #expect(throws: StoreError.unreachable) { try store.countVolumesNow() }
    #expect(store.state != .failed)
    try admin.run("ALTER DATABASE \(database) ALLOW_CONNECTIONS true")
    // Calls fail until the next attempt in the background reaches the server.
    #expect(await holdsSoon { (try? store.countVolumesNow()) == 1 })
    try await store.add(2)
    #expect(try store.countVolumesNow() == 2)
    store.close()
  }

  @Test func aProcessThatLostTheDatabaseToAnotherOneCannotWrite() async throws {
    let address = try PostgresServer.newAddress()
    let store = try Store(path: address)
    let lost = Signal()
    store.onLostWrite { if $0 == .inUse { lost.raise() } }
    let other = try PostgresConnection(address)
    // The session ends, and another process takes the lock before the store connects again.
    try store.engine.writingNow { _ in }
    try Self.endSessions(by: other)
    try other.run("SELECT pg_advisory_lock(\(PostgresEngine.lock))")
    await #expect(throws: StoreError.inUse) { try await store.add(1) }
    #expect(lost.isRaised)
    store.close()
  }

  @Test func addressesThatLeadNowhereAreRefused() {
    for (address, error) in [
      ("postgresql://brgsa@/absent?host=/nowhere", StoreError.unreachable),
      ("postgres://[", .server(state: "22023")),
    ] {
      #expect(throws: error) { try Store(path: address) }
    }
  }

  @Test func aStoreOutsideIsCheckedRowByRow() async throws {
    let address = try PostgresServer.newAddress()
    #expect(throws: StoreError.foreign) { try Store.check(path: address) }
    let store = try Store(path: address)
    try await store.addVolumes((0..<300).map { Sample.entry($0) }, space: Sample.space)
    try await store.addReport(Sample.report(1))
    #expect(try Store.check(path: address).isEmpty)
    try store.spoil("UPDATE volume SET byte_count = 0 WHERE number = 7")
    try store.spoil("UPDATE search_row SET floats = x'00' WHERE embedding = 299")
    try store.spoil("UPDATE report SET text = 'other'")
    #expect(
      try Store.check(path: address) == [
        "volume 7: wrong checksum or content", "embedding 299: wrong checksum or content",
        "report 1: wrong checksum or content",
      ])
    store.close()
  }

  /// Ends all other sessions of the database, and waits until they have ended.
  private static func endSessions(by connection: PostgresConnection) throws {
    try connection.run(
      """
      SELECT pg_terminate_backend(pid, 600000) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
      """)
  }
}

/// Something that happens at most once.
private final class Signal: Sendable {
  private let state = Mutex(false)
  func raise() { state.withLock { $0 = true } }
  var isRaised: Bool { state.withLock(\.self) }
}
