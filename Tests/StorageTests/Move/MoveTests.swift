import Files
import Glibc
import TestSupport
import Testing

@testable import Storage

/// All rows of a store, copied into another one.
@Suite struct MoveTests {
  @Test func eachTableOfPostgreSQLIsMovedOrIsKnownToStay() throws {
    let connection = try PostgresConnection(PostgresServer.newDatabase())
    try PostgresSchema.prepare(connection)
    var tables: Set<String> = []
    try connection.forEachRow(
      "SELECT CAST(tablename AS text) FROM pg_tables WHERE schemaname = '\(PostgresSchema.name)'"
    ) { row in
      tables.insert(row.text(0) ?? "")
      return true
    }
    // The clock is moved by itself, and a trigger keeps the total. Uploads of waiting jobs are not moved. The others
    // belong to the database.
    let others: Set<String> = [
      "schema", "clock", "revision", "change", "upload", "diagnosis_total",
    ]
    let moved = try MovedTable.all()
    #expect(tables.subtracting(others) == Set(moved.map(\.name)))
    for table in moved {
      guard let layout = table.stored?.layout else { continue }
      let columns = table.columns.map(\.name).joined(separator: ", ")
      #expect(layout.select == "SELECT \(columns) FROM \(table.name)")
    }
  }

  @Test(arguments: 0..<4)
  func aMovedStoreHasTheSameRows(_ pair: Int) async throws {
    let places = try MovePlaces(MovePlaces.pairs[pair])
    let source = try Store(path: places.from)
    try await MoveSample.fill(source)
    let expected = try MoveSample.content(source)
    #expect(expected.values.allSatisfy { !$0.isEmpty })
    source.close()
    let result = try await Store.move(from: places.from, to: places.to)
    #expect(result.isComplete)
    #expect(result.setAside == nil && result.unfinishedJobs == MoveSample.texts.count)
    for table in result.tables {
      #expect(table.source == table.target && table.source.rows == expected[table.table]?.count)
    }
    #expect(try MoveSample.content(at: places.to) == expected)
    #expect(try MoveSample.content(at: places.from) == expected)
    #expect(try Store.check(path: places.to).isEmpty)
    // Once more changes nothing.
    let again = try await Store.move(from: places.from, to: places.to)
    #expect(again == result)

    let target = try Store(path: places.to)
    #expect(try await target.lastSeenTime() == 1_700_000_040)
    try await target.add(100)
    _ = try await target.addJob(JobRecord(id: "new", createdAt: 1, document: []))
    #expect(try await target.unfinishedJobs().last?.id == "new")
    #expect(try await target.volume(id: "sha256-100", space: Sample.space)?.embedding != nil)
    #expect(try target.searchedIDs().last == "sha256-100")
    target.close()
  }

  @Test func thereAndBackIsTheSame() async throws {
    let there = try MovePlaces((.file, .postgres))
    let source = try Store(path: there.from)
    try await MoveSample.fill(source)
    source.close()
    let first = try await Store.move(from: there.from, to: there.to)
    let back = "\(there.folder.path)/back.db"
    let second = try await Store.move(from: there.to, to: back)
    #expect(first == second && second.isComplete)
    #expect(try MoveSample.content(at: back) == MoveSample.content(at: there.from))
  }

  @Test(arguments: [(Place.file, Place.postgres), (Place.postgres, Place.file)])
  func aLargeBlobTravels(_ from: Place, _ to: Place) async throws {
    let places = try MovePlaces((from, to))
    let source = try Store(path: places.from)
    var voxels = [UInt8](repeating: 0, count: 50 << 20)
    for index in stride(from: 0, to: voxels.count, by: 4099) {
      voxels[index] = UInt8(truncatingIfNeeded: index)
    }
    let entry = Sample.entry(1)
    _ = try await source.addVolume(
      entry.record, embedding: entry.embedding, voxels: voxels, space: Sample.space)
    source.close()
    #expect(try await Store.move(from: places.from, to: places.to).isComplete)
    let target = try Store(path: places.to)
    let found = try await target.voxels(ofVolume: entry.record.id)?.bytes
    #expect(found == voxels)
    target.close()
  }

  @Test func aFileThatAKilledMoveLeftIsCompleted() async throws {
    let places = try MovePlaces((.file, .file))
    let source = try Store(path: places.from)
    try await MoveSample.fill(source)
    source.close()
    var copies: [TemporaryFolder] = []
    _ = try places.moveInSmallSteps { _, _ in
      guard let copy = try? places.folder.copyOfStore() else { return }
      copies.append(copy)
    }
    #expect(copies.count > 50)
    for (n, copy) in copies.enumerated() where n % 7 == 0 {
      let result = try await Store.move(from: places.from, to: "\(copy.path)/to.db")
      #expect(result.isComplete)
      #expect(
        try MoveSample.content(at: "\(copy.path)/to.db") == MoveSample.content(at: places.from))
    }
  }

  @Test func rowsThatTheTargetLacksAreAdded() async throws {
    let places = try MovePlaces((.file, .postgres))
    let source = try Store(path: places.from)
    try await MoveSample.fill(source)
    source.close()
    _ = try places.moveInSmallSteps()
    let target = try Store(path: places.to)
    for sql in [
      "DELETE FROM job_lease WHERE job > 2", "DELETE FROM search_row", "DELETE FROM diagnosis",
      "DELETE FROM volume WHERE number = 3", "DELETE FROM voxels WHERE number > 1",
      "DELETE FROM report WHERE number = 1",
    ] { try target.spoil(sql) }
    target.close()
    let results = try places.moveInSmallSteps()
    #expect(results.allSatisfy { $0.isComplete })
    #expect(try MoveSample.content(at: places.to) == MoveSample.content(at: places.from))
  }

  @Test func thoseWhoFollowReadEverythingAgain() async throws {
    let places = try MovePlaces((.file, .postgres))
    let source = try Store(path: places.from)
    try await source.add(1)
    source.close()
    try Store(path: places.to).close()
    let connection = try PostgresConnection(places.to)
    let before = try ChangeLog.newest(connection)
    #expect(try await Store.move(from: places.from, to: places.to).isComplete)
    let found = try #require(
      try ChangeLog.changes(after: before, limit: 1000, in: connection))
    #expect(!found.changes.isEmpty && found.changes.allSatisfy { $0.kind == .losses })
    #expect(found.last.revision > before.revision)
    // A move without new rows changes nothing.
    _ = try await Store.move(from: places.from, to: places.to)
    #expect(try ChangeLog.newest(connection) == found.last)
  }
}
