import Archives
import Search
import Tensors
import Testing

@testable import Storage

/// Several stores on one PostgreSQL database, each with its own memory.
@Suite struct FollowingTests {
  @Test func aSearchAnywhereSeesEveryAcknowledgedWrite() async throws {
    let database = try SharedDatabase()
    let one = try database.replica()
    let other = try database.replica()
    var stale = 0
    for number in 0..<1000 {
      let (writer, reader) = number % 4 == 3 ? (other, one) : (one, other)
      try await writer.store.add(number)
      // The writer itself needs no further wait.
      if !writer.archive.volumes.contains("sha256-\(number)") { stale += 1 }
      await reader.catchUp()
      if !reader.archive.volumes.contains("sha256-\(number)") { stale += 1 }
    }
    #expect(stale == 0)
    #expect(await one.foundIDs().count == 1000)
    #expect(try Set(one.store.searchedIDs()) == other.archive.volumes.ids)
    one.close()
    other.close()
  }

  @Test func deletionsMetadataReportsAndPromptSetsReachTheOthers() async throws {
    let database = try SharedDatabase()
    let one = try database.replica()
    let other = try database.replica()
    for number in 0..<6 { try await one.store.add(number) }
    for number in 0..<3 {
      try await one.store.addReport(Sample.report(number, at: number == 0 ? 10 : 1000))
    }
    _ = try await one.archive.putPromptSet("set", document: [1], at: 5)
    #expect(await other.foundIDs().count == 6)
    #expect(other.archive.reports.ids == ["report-0", "report-1", "report-2"])
    #expect(other.archive.promptSet("set")?.document == [1])

    #expect(try await other.archive.deleteVolume("sha256-2"))
    #expect(!other.archive.volumes.contains("sha256-2"))
    #expect(await one.foundIDs().contains("sha256-2") == false)

    let tags = VolumeMetadata(tags: ["colour": "blue"])
    #expect(try await one.archive.set(tags, ofVolume: "sha256-3"))
    await other.catchUp()
    #expect(Self.ids(of: other, where: "tags.colour", is: "blue") == ["sha256-3"])
    #expect(Self.ids(of: other, where: "tags.site", is: "A").count == 4)

    _ = try await other.archive.putPromptSet("set", document: [2], at: 6)
    _ = try await other.archive.putPromptSet("more", document: [3], at: 6)
    await one.catchUp()
    #expect(one.archive.siteSets.map(\.document) == [[3], [2]])
    #expect(try await one.archive.deletePromptSet("more"))
    await other.catchUp()
    #expect(other.archive.siteSets.map(\.name) == ["set"])

    #expect(try await one.archive.deleteReport("report-1"))
    await other.catchUp()
    #expect(other.archive.reports.ids == ["report-0", "report-2"])
    // Retention.
    #expect(try await other.archive.deleteAll(createdBefore: 500) == 1)
    await one.catchUp()
    #expect(one.archive.reports.ids == ["report-2"])
    #expect(try await other.archive.deleteAll(createdBefore: 2000) == 6)
    #expect(await one.foundIDs() == [])
    #expect(one.archive.reports.ids == [])
    one.close()
    other.close()
  }

  @Test func numbersHaveNoGapsAlsoIfSeveralWrite() async throws {
    let database = try SharedDatabase()
    let replicas = try (0..<3).map { _ in try database.replica() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, replica) in replicas.enumerated() {
        group.addTask {
          for number in 0..<60 {
            // Each adds its own volumes, and some that the others add, too.
            try await replica.store.add(number % 3 == 0 ? number : 100 * (index + 1) + number)
            if number % 10 == 9 {
              _ = try await replica.archive.deleteVolume("sha256-\(100 * (index + 1) + number - 1)")
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let count = try database.number("SELECT count(*) FROM change")
    #expect(try database.number("SELECT max(revision) FROM change") == count.map { $0 - 1 })
    #expect(try database.number("SELECT number FROM revision") == count.map { $0 - 1 })
    let stored = try Set(replicas[0].store.searchedIDs())
    // 20 that all have, and 40 of each without the 4 deleted ones.
    #expect(stored.count == 128)
    for replica in replicas {
      #expect(await replica.foundIDs() == stored)
      replica.close()
    }
  }

  @Test func aBatchIsAppliedAsAWhole() async throws {
    let database = try SharedDatabase()
    let one = try database.replica()
    let other = try database.replica()
    // More than a round applies at once.
    let count = 2 * ChangeFeed.batch + 7
    let entries = (0..<count).map { Sample.entry($0) }
    #expect(try await one.store.addVolumes(entries, space: Sample.space) == count)
    #expect(await Self.catchesUp(other, count))
    #expect(await Self.catchesUp(one, count))
    one.close()
    other.close()
  }

  /// Everything applied, also if that takes longer than a search waits.
  private static func catchesUp(_ replica: Replica, _ count: Int) async -> Bool {
    await holdsSoon { replica.archive.volumes.count == count }
  }

  @Test func aDiagnosisThatArrivesDuringTheDeletionOfItsVolumeGoesWithIt() async throws {
    let database = try SharedDatabase()
    let store = try database.store()
    try await store.add(1)
    let other = try database.connection()
    try other.begin(.readCommitted)
    #expect(
      try other.integer("SELECT 1 FROM volume WHERE id = 'sha256-1'\(other.sharedLock)") == 1)
    try DiagnosisRecord.table.insert(
      DiagnosisRecord(id: "late", createdAt: 1, volumeID: "sha256-1", document: [1]), in: other)
    async let isDeleted = store.deleteVolume(id: "sha256-1")
    let waits = """
      SELECT count(*) FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND datname = current_database()
      """
    #expect(try await holdsSoon { try database.number(waits) ?? 0 > 0 })
    try other.commit()
    #expect(try await isDeleted)
    #expect(try database.number("SELECT count(*) FROM diagnosis") == 0)
    store.close()
  }

  @Test func onlyProcessesThatShareUseADatabaseTogether() async throws {
    let database = try SharedDatabase()
    let alone = try database.store(isShared: false)
    #expect(throws: StoreError.inUse) { try database.store() }
    alone.close()
    // The server ends the session a little later.
    #expect(await holdsSoon { (try? database.store())?.close() != nil })
    let shared = try database.store()
    let another = try database.store()
    #expect(throws: StoreError.inUse) { try database.store(isShared: false) }
    try await shared.add(1)
    try await another.add(2)
    #expect(try Set(shared.searchedIDs()) == ["sha256-1", "sha256-2"])
    shared.close()
    another.close()
  }

  private static let pool = WorkerPool(threads: 1)

  private static func ids(of replica: Replica, where key: String, is value: String) -> [String] {
    var query = SearchQuery(vector: Sample.embedding(0).searchRow, divisor: 1)
    query.filter = SearchFilter(must: [SearchEntry.Attribute(key: key, value: value)], mustNot: [])
    return replica.archive.volumes.snapshot.search(query, on: pool).hits.map(\.entry.id)
  }
}
