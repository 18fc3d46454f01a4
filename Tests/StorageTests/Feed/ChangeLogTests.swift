import Archives
import Search
import Synchronization
import Testing

@testable import Storage

/// What a follower does if the log of changes, the server or the connection is not as it was.
@Suite struct ChangeLogTests {
  @Test func whoDoesNotFindItsLastChangeReadsEverythingAgain() async throws {
    let database = try SharedDatabase()
    let one = try database.replica()
    let other = try database.replica()
    for number in 0..<5 { try await one.store.add(number) }
    #expect(await other.foundIDs().count == 5)
    // As after a failover that lost the last change: its number now belongs to another change.
    try await Self.inTransaction(database) { connection in
      try connection.run("DELETE FROM volume WHERE id = 'sha256-4'")
      try connection.run("UPDATE change SET mark = ? WHERE revision = 5", [.bytes(Self.mark)])
    }
    #expect(await other.foundIDs() == Self.ids(0..<4))
    #expect(await one.foundIDs() == Self.ids(0..<4))
    // It follows the new log.
    try await one.store.add(7)
    #expect(await other.foundIDs() == Self.ids([0, 1, 2, 3, 7]))
    // As after a restored backup, whose log is shorter.
    try await Self.inTransaction(database) { connection in
      try connection.run("DELETE FROM volume WHERE id IN ('sha256-3', 'sha256-7')")
      try connection.run("DELETE FROM change WHERE revision > 3")
      try connection.run("UPDATE revision SET number = 3")
    }
    #expect(await other.foundIDs() == Self.ids(0..<3))
    try await other.store.add(8)
    #expect(await one.foundIDs() == Self.ids([0, 1, 2, 8]))
    one.close()
    other.close()
  }

  @Test func whoIsBehindADeletedPartOfTheLogReadsEverythingAgain() async throws {
    let database = try SharedDatabase()
    let replica = try database.replica()
    for number in 0..<5 { try await replica.store.add(number) }
    // Changes that it has not seen, and that are gone again.
    try await Self.inTransaction(database) { connection in
      try connection.run("DELETE FROM volume WHERE id = 'sha256-1'")
      try connection.run("DELETE FROM change")
      try connection.run("UPDATE revision SET number = 9")
      try Self.insert(9, "sha256-0", connection)
    }
    #expect(await replica.foundIDs() == Self.ids([0, 2, 3, 4]))
    // A gap after the change that it knows.
    try await Self.inTransaction(database) { connection in
      try connection.run("DELETE FROM volume WHERE id = 'sha256-2'")
      try connection.run("UPDATE revision SET number = 12")
      try Self.insert(12, "sha256-0", connection)
    }
    #expect(await replica.foundIDs() == Self.ids([0, 3, 4]))
    // A kind of a later program.
    try await Self.inTransaction(database) { connection in
      try connection.run("DELETE FROM volume WHERE id = 'sha256-3'")
      try connection.run("UPDATE revision SET number = 13")
      try Self.insert(13, "sha256-0", kind: "later", connection)
    }
    #expect(await replica.foundIDs() == Self.ids([0, 4]))
    replica.close()
  }

  @Test func oldChangesAreDeletedAndTheNewestOneStays() async throws {
    let database = try SharedDatabase()
    let store = try database.store()
    let follower = CountingFollower()
    #expect(try store.follow(follower))
    for number in 0..<4 { try await store.add(number) }
    try await store.deleteChanges(olderThan: ChangeLog.lifetime)
    #expect(try database.number("SELECT count(*) FROM change") == 5)
    // Ages need not be in the order of the numbers. The log never gets a gap.
    try database.run("UPDATE change SET created_at = 0 WHERE revision IN (0, 1, 3)")
    try await store.deleteChanges(olderThan: ChangeLog.lifetime)
    #expect(try database.number("SELECT min(revision) FROM change") == 2)
    #expect(try database.number("SELECT count(*) FROM change") == 3)
    try database.run("UPDATE change SET created_at = 0")
    try await store.deleteChanges(olderThan: ChangeLog.lifetime)
    #expect(try database.number("SELECT min(revision) FROM change") == 4)
    #expect(try database.number("SELECT count(*) FROM change") == 1)
    // Who knows the newest change has no reason to read everything.
    try await store.add(5)
    while await store.refreshFollower() != nil {}
    let counts = follower.counts.withLock { $0 }
    #expect(counts.reloads == 1)
    let followed: [Set<String>] = [0, 1, 2, 3, 5].map { Self.ids([$0]) }
    #expect(counts.volumeIDs == followed)
    #expect(counts.ownChanges == 5)
    store.close()
  }

  @Test func theRestOfAVolumeThatAnEarlierVersionDeletedIsDeleted() async throws {
    let database = try SharedDatabase()
    let store = try database.store()
    for number in 0..<2 {
      try await store.add(number)
      try await store.addThumbnail([1, 2], ofInput: Sample.digest(number))
      var pieces = [[UInt8](repeating: 1, count: 10)]
      #expect(try await store.addSource(ofVolume: "sha256-\(number)") { pieces.popLast() })
    }
    try await store.deleteOrphans()
    #expect(try database.number("SELECT count(*) FROM source") == 2)
    // An earlier version does not know these tables.
    try database.run("DELETE FROM embedding WHERE input_digest = ?", [.bytes(Sample.digest(0))])
    try database.run("DELETE FROM volume WHERE id = 'sha256-0'")
    try await store.deleteOrphans()
    for table in ["volume", "embedding", "thumbnail", "source"] {
      #expect(try database.number("SELECT count(*) FROM \(table)") == 1, "\(table)")
    }
    store.close()
  }

  @Test func whatChangesNothingIsNotLogged() async throws {
    let database = try SharedDatabase()
    let store = try database.store()
    #expect(try await store.deleteVolume(id: "sha256-1") == false)
    #expect(try await store.deleteReport(id: "report-1") == false)
    #expect(try await store.deletePromptSet("set") == false)
    #expect(try await store.setMetadata(VolumeMetadata(), ofVolume: "sha256-1") == false)
    #expect(try await store.deleteAll(createdBefore: 10) == [])
    _ = try await store.putPromptSet("set", document: [1], createdAt: 1)
    _ = try await store.putPromptSet("set", document: [1], createdAt: 2)
    #expect(try database.number("SELECT number FROM revision") == 1)
    store.close()
  }

  @Test func aLostListenerIsReplacedAndTheLogIsReadWithoutIt() async throws {
    let database = try SharedDatabase()
    let one = try database.replica()
    let other = try database.replica()
    let listeners =
      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    #expect(try await holdsSoon { try database.number(listeners) == 2 })
    try database.run(
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE query LIKE 'LISTEN%' AND datname = current_database()
      """)
    try await one.store.add(1)
    // Nobody asks for the newest change.
    #expect(await holdsSoon { other.archive.volumes.contains("sha256-1") })
    #expect(try await holdsSoon { try database.number(listeners) == 2 })
    try await one.store.add(2)
    #expect(await holdsSoon { other.archive.volumes.contains("sha256-2") })
    // A change of which the server tells nobody.
    try await Self.inTransaction(database) { connection in
      try connection.run("DELETE FROM volume WHERE id = 'sha256-1'")
      try connection.run("UPDATE revision SET number = 3")
      try Self.insert(3, "sha256-1", connection)
    }
    #expect(await holdsSoon { !other.archive.volumes.contains("sha256-1") })
    // All connections are lost.
    try database.run(
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND datname = current_database()
      """)
    try await one.store.add(3)
    #expect(await holdsSoon { other.archive.volumes.ids == Self.ids([2, 3]) })
    one.close()
    other.close()
  }

  @Test func aSearchSaysOfWhichTimeItIsIfTheDatabaseIsSilent() async throws {
    let database = try SharedDatabase()
    let replica = try database.replica()
    try await replica.store.add(1)
    await replica.catchUp()
    let blocker = try database.connection()
    try blocker.begin(.readCommitted)
    try blocker.run("LOCK TABLE change IN ACCESS EXCLUSIVE MODE")
    let first = await replica.archive.refresh()
    let second = await replica.archive.refresh()
    #expect(try #require(first) > 1_700_000_000)
    #expect(second == first)
    #expect(replica.archive.volumes.contains("sha256-1"))
    try blocker.rollback()
    var isFresh = false
    while !isFresh { isFresh = await replica.archive.refresh() == nil }
    replica.close()
    // After the end nothing waits.
    #expect(await replica.archive.refresh() != nil)
  }

  @Test func rowsThatAreSetAsideVanishFromAllMemories() async throws {
    let database = try SharedDatabase()
    let one = try database.replica()
    let other = try database.replica()
    for number in 0..<3 { try await one.store.add(number) }
    #expect(await other.foundIDs().count == 3)
    try database.run("UPDATE volume SET checksum = checksum + 1 WHERE id = 'sha256-1'")
    #expect(try await other.store.volume(id: "sha256-1", space: Sample.space) == nil)
    #expect(other.store.quarantined == 1)
    #expect(await one.foundIDs() == Self.ids([0, 2]))
    #expect(await other.foundIDs() == Self.ids([0, 2]))
    one.close()
    other.close()
  }

  @Test func aFileHasNoLog() async throws {
    let store = try Store(path: ":memory:")
    let follower = CountingFollower()
    #expect(try !store.follow(follower))
    try await store.add(1)
    #expect(await store.refreshFollower() == nil)
    #expect(follower.counts.withLock { $0 } == CountingFollower.Counts())
    try await store.deleteChanges(olderThan: 0)
  }

  private static let mark: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

  private static func ids(_ numbers: some Sequence<Int>) -> Set<String> {
    Set(numbers.map { "sha256-\($0)" })
  }

  private static func insert(
    _ revision: Int, _ id: String, kind: String = "volume", _ connection: PostgresConnection
  ) throws {
    try connection.run(
      "INSERT INTO change (revision, mark, kind, id) VALUES (?, ?, ?, ?)",
      [.integer(revision), .bytes(mark), .text(kind), .bytes(Array(id.utf8))])
  }

  private static func inTransaction(
    _ database: SharedDatabase, _ body: (PostgresConnection) throws -> Void
  ) async throws {
    let connection = try database.connection()
    try connection.transaction { try body(connection) }
  }
}
