import Testing

@testable import Storage

/// What the worklist promises, with each engine.
@Suite struct WorklistTests {
  /// Adds volumes whose names and times run in different directions. Every third volume has no name.
  private static func fill(_ store: Store, _ count: Int) async throws -> [VolumeRecord] {
    var volumes: [VolumeRecord] = []
    for n in 0..<count {
      var volume = Sample.volume(n, at: 1_000 + n / 2, tags: ["site": n % 4 == 0 ? "Ost" : "West"])
      volume.metadata.name = n % 3 == 0 ? nil : "Name \(n * 7 % count)"
      _ = try await store.addVolume(volume, embedding: Sample.embedding(n), space: Sample.space)
      volumes.append(volume)
    }
    return volumes
  }

  /// The ids of all pages.
  private static func ids(
    _ store: Store, _ query: WorklistQuery, limit: Int
  ) async throws -> [String] {
    var (ids, place): ([String], WorklistCursor?) = ([], nil)
    repeat {
      let page = try await store.worklist(query, after: place, limit: limit)
      #expect(page.rows.count <= limit)
      ids += page.rows.map(\.record.id)
      place = page.next
    } while place != nil
    return ids
  }

  private static func isBefore(_ one: VolumeRecord, _ other: VolumeRecord) -> Bool {
    (one.createdAt, one.id) < (other.createdAt, other.id)
  }

  @Test(arguments: Place.allCases)
  func eachOrderHasEachVolumeOnce(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      let volumes = try await Self.fill(store, 23)
      let oldest = volumes.sorted(by: Self.isBefore).map(\.id)
      let named = volumes.filter { $0.metadata.name != nil }
        .sorted { $0.metadata.name ?? "" < $1.metadata.name ?? "" }
      let nameless = volumes.filter { $0.metadata.name == nil }.sorted(by: Self.isBefore).reversed()
      for limit in [1, 2, 5, 8, 23, 100] {
        var query = WorklistQuery()
        #expect(try await Self.ids(store, query, limit: limit) == oldest.reversed())
        query.order = .oldest
        #expect(try await Self.ids(store, query, limit: limit) == oldest)
        query.order = .name
        #expect(
          try await Self.ids(store, query, limit: limit) == named.map(\.id) + nameless.map(\.id))
      }
    }
  }

  @Test(arguments: Place.allCases)
  func filtersSelectByTagTextAndID(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      let volumes = try await Self.fill(store, 23)
      for order in WorklistQuery.Order.allCases {
        func found(_ change: (inout WorklistQuery) -> Void) async throws -> Set<String> {
          var query = WorklistQuery()
          query.order = order
          change(&query)
          let ids = try await Self.ids(store, query, limit: 4)
          #expect(Set(ids).count == ids.count)
          return Set(ids)
        }
        func ids(_ isWanted: (VolumeRecord) -> Bool) -> Set<String> {
          Set(volumes.filter(isWanted).map(\.id))
        }
        #expect(
          try await found { $0.tag = ("site", "Ost") } == ids { $0.metadata.tags["site"] == "Ost" })
        #expect(try await found { $0.tag = ("site", "ost") } == [])
        #expect(try await found { $0.text = "wEs" } == ids { $0.metadata.tags["site"] == "West" })
        #expect(
          try await found { $0.text = "name 1" }
            == ids { $0.metadata.name?.hasPrefix("Name 1") ?? false })
        #expect(try await found { $0.text = "ACCESSION-2" } == ids { $0.id.hasPrefix("sha256-2") })
        #expect(try await found { $0.text = "256-17" } == ["sha256-17"])
        #expect(try await found { $0.text = "no such text" } == [])
        let some: Set = ["sha256-3", "sha256-4", "sha256-99"]
        #expect(try await found { $0.ids = some } == ["sha256-3", "sha256-4"])
        #expect(try await found { $0.ids = [] } == [])
        #expect(
          try await found {
            $0.ids = some
            $0.tag = ("site", "Ost")
          } == ["sha256-4"])
      }
    }
  }

  @Test(arguments: Place.allCases)
  func aVolumeComesWithItsNewestDiagnosis(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      _ = try await Self.fill(store, 3)
      _ = try await store.addVolume(
        Sample.volume(7), embedding: Sample.embedding(7), voxels: [1, 2, 3], space: Sample.space)
      for (id, volume, time) in [("a", 0, 5), ("c", 0, 9), ("b", 0, 9), ("d", 0, 7), ("e", 1, 1)] {
        let record = DiagnosisRecord(
          id: id, createdAt: time, volumeID: "sha256-\(volume)", document: Array(id.utf8))
        #expect(try await store.addDiagnosis(record))
      }
      let rows = try await store.worklist(WorklistQuery(), limit: 10).rows
      let found = Dictionary(uniqueKeysWithValues: rows.map { ($0.record.id, $0) })
      #expect(found.count == 4)
      let first = try #require(found["sha256-0"])
      #expect(first.diagnosisCount == 4 && first.latestDiagnosis?.id == "c" && !first.hasVoxels)
      #expect(found["sha256-1"]?.latestDiagnosis?.id == "e")
      #expect(found["sha256-2"]?.latestDiagnosis == nil)
      #expect(found["sha256-2"]?.diagnosisCount == 0)
      #expect(found["sha256-7"]?.hasVoxels == true)
    }
  }
}
