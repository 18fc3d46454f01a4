import Files
import TestSupport
import Testing

@testable import Storage

/// Moves that leave something out, or do not start.
@Suite struct MoveRefusalTests {
  @Test(arguments: [(Place.file, Place.postgres), (Place.postgres, Place.file)])
  func wrongRowsAreNamedAndTheOthersMoved(_ from: Place, _ to: Place) async throws {
    let places = try MovePlaces((from, to))
    let source = try Store(path: places.from)
    for n in 0..<6 { try await source.add(n) }
    _ = try await source.addJob(JobRecord(id: "job", createdAt: 1, document: []))
    _ = try await source.claimJob(owner: "a", lease: 600)
    try source.spoil("UPDATE volume SET document = x'00' WHERE number = 2")
    try source.spoil("UPDATE volume SET metadata = x'00' WHERE number = 3")
    try source.spoil("UPDATE embedding SET checksum = checksum + 1 WHERE number = 4")
    try source.spoil("UPDATE search_row SET floats = zeroblob(256) WHERE embedding = 5")
    try source.spoil("UPDATE job SET created_at = 2")
    source.close()
    let result = try await Store.move(from: places.from, to: places.to)
    #expect(!result.isComplete)
    var tables: [String: MovedTableResult] = [:]
    for table in result.tables { tables[table.table] = table }
    #expect(tables["volume"]?.wrongRows == [2, 3] && tables["volume"]?.source.rows == 4)
    #expect(tables["volume_tag"]?.dependentRows == 2 && tables["volume_tag"]?.wrongRows == [])
    #expect(tables["embedding"]?.wrongRows == [4])
    // A search row cannot be checked without its embedding.
    #expect(tables["search_row"]?.wrongRows == [5] && tables["search_row"]?.dependentRows == 1)
    #expect(tables["job"]?.wrongRows == [1] && tables["job_lease"]?.dependentRows == 1)
    #expect(result.tables.allSatisfy { $0.source == $0.target })
    let target = try Store(path: places.to)
    #expect(try target.searchedIDs() == ["sha256-0", "sha256-5"])
    target.close()
    // The source is as it was.
    #expect(try MoveSample.content(at: places.from)["volume"]?.count == 6)
  }

  @Test func textsThatAreNotUTF8AreWrongRows() async throws {
    let places = try MovePlaces((.file, .postgres))
    let source = try Store(path: places.from)
    for n in 0..<4 { try await source.add(n) }
    try source.spoil("UPDATE volume SET id = CAST(x'fffe' AS TEXT) WHERE number = 1")
    try source.spoil("UPDATE volume_tag SET name = CAST(x'ff00fe' AS TEXT) WHERE volume = 2")
    source.close()
    let result = try places.moveInSmallSteps()
    #expect(result.first { $0.table == "volume" }?.wrongRows == [1])
    let tags = try #require(result.first { $0.table == "volume_tag" })
    #expect(tags.wrongRows == [0] && tags.dependentRows == 1 && tags.source.rows == 2)
    #expect(tags.source == tags.target)
  }

  /// What a target has that the source has not, and where the move finds it.
  private static let others: [(sql: String, table: String, number: Int?)] = [
    ("UPDATE volume SET created_at = created_at + 1 WHERE number = 2", "volume", 2),
    ("UPDATE volume SET document = x'00' WHERE number = 2", "volume", 2),
    ("UPDATE job SET ended_at = 7", "job", 1),
    (
      """
      INSERT INTO diagnosis (number, id, created_at, volume_id, checksum, document)
      VALUES (17, x'61', 1, x'61', 1, x'00')
      """, "diagnosis", 17
    ),
    ("UPDATE volume SET number = 99 WHERE number = 3", "volume", nil),
    ("UPDATE report SET number = -5", "report", -5),
    ("UPDATE voxels SET number = 50, bytes = x'00'", "voxels", nil),
    ("INSERT INTO volume_tag (name, value, volume) VALUES (x'61', x'62', 1)", "volume_tag", nil),
  ]

  @Test(arguments: 0..<others.count)
  func aTargetWithOtherRowsIsRefused(_ index: Int) async throws {
    let other = Self.others[index]
    let places = try MovePlaces((.file, .postgres))
    let source = try Store(path: places.from)
    for n in 0..<3 { try await source.add(n) }
    let entry = Sample.entry(7)
    _ = try await source.addVolume(
      entry.record, embedding: entry.embedding, voxels: [1, 2], space: Sample.space)
    try await source.addReport(Sample.report(1))
    _ = try await source.addJob(JobRecord(id: "job", createdAt: 1, document: []))
    source.close()
    #expect(try await Store.move(from: places.from, to: places.to).isComplete)
    let target = try Store(path: places.to)
    try target.engine.writingNow { database in
      // The row's tags keep their reference only if they go first.
      if other.sql.contains("SET number = 99") { try database.run("DELETE FROM volume_tag") }
      let sql = other.sql.replacing(/x'([0-9a-f]*)'/) { "'\\x\($0.1)'::bytea" }
      try database.run(sql)
    }
    target.close()
    let before = try MoveSample.content(at: places.to)
    await #expect(throws: StoreMoveError.otherRows(table: other.table, number: other.number)) {
      try await Store.move(from: places.from, to: places.to)
    }
    #expect(try MoveSample.content(at: places.to)[other.table] == before[other.table])
  }

  @Test func rowsWithAnotherKeyAndTheSameUniqueValueAreRefused() async throws {
    let places = try MovePlaces((.file, .postgres))
    let source = try Store(path: places.from)
    try await source.add(1)
    source.close()
    let target = try Store(path: places.to)
    try await target.add(1)
    try target.spoil("DELETE FROM volume_tag")
    try target.spoil("UPDATE volume SET number = 0")
    target.close()
    await #expect(throws: StoreMoveError.otherRows(table: "volume", number: 0)) {
      try await Store.move(from: places.from, to: places.to)
    }
  }

  @Test func aStoreIsNotMovedToItself() async throws {
    let folder = try TemporaryFolder()
    try Store(path: folder.store).close()
    let address = try PostgresServer.newAddress()
    try Store(path: address).close()
    let sameFile = "\(folder.path)/./store.db"
    for (from, to) in [(folder.store, folder.store), (folder.store, sameFile), (address, address)] {
      await #expect(throws: StoreMoveError.sameStore) { try await Store.move(from: from, to: to) }
    }
    // The lock finds another address of the same database.
    await #expect(throws: StoreMoveError.target(.inUse)) {
      try await Store.move(from: address, to: "\(address)&connect_timeout=3")
    }
  }

  @Test(arguments: 0..<4)
  func bothStoresMustBeUnused(_ pair: Int) async throws {
    let places = try MovePlaces(MovePlaces.pairs[pair])
    let source = try Store(path: places.from)
    await #expect(throws: StoreMoveError.source(.inUse)) {
      try await Store.move(from: places.from, to: places.to)
    }
    source.close()
    let target = try Store(path: places.to)
    await #expect(throws: StoreMoveError.target(.inUse)) {
      try await Store.move(from: places.from, to: places.to)
    }
    target.close()
    #expect(try await Store.move(from: places.from, to: places.to).isComplete)
  }

  @Test func aPlaceWithoutAStoreIsNotMovedAndNotMade() async throws {
    let places = try MovePlaces((.file, .postgres))
    let empty = try PostgresServer.newAddress()
    for place in [places.from, empty] {
      await #expect(throws: StoreMoveError.noSource) {
        try await Store.move(from: place, to: places.to)
      }
    }
    #expect(places.folder.names.isEmpty)
    for address in [empty, places.to] {
      #expect(try PostgresSchema.installedVersion(PostgresConnection(address)) == 0)
    }
    await #expect(throws: StoreMoveError.inMemory) {
      try await Store.move(from: ":memory:", to: places.to)
    }
  }

  @Test func aDatabaseWithTablesOfALaterProgramIsNotMoved() async throws {
    let places = try MovePlaces((.postgres, .file))
    try Store(path: places.from).close()
    let connection = try PostgresConnection(places.from)
    try connection.run("UPDATE schema SET version = version + 1")
    let known = PostgresSchema.version
    await #expect(
      throws: StoreMoveError.source(.newerSchema(found: known + 1, known: known))
    ) { try await Store.move(from: places.from, to: places.to) }
  }
}
