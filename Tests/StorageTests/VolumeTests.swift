import Storage
import Testing

/// What volumes promise, on a file and in memory.
@Suite struct VolumeTests {
  private let space = Sample.space

  @Test(arguments: Place.allCases)
  func aVolumeComesBackAsItWasAdded(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      let entry = Sample.entry(7)
      let isNew = try await store.addVolume(
        entry.record, embedding: entry.embedding, space: space)
      #expect(isNew)
      let found = try #require(try await store.volume(id: entry.record.id, space: space))
      #expect(found.record == entry.record)
      #expect(found.embedding == entry.embedding)
      #expect(try store.countVolumesNow() == 1)
      #expect(try await store.volume(id: "../x", space: space) == nil)
      #expect(store.quarantined == 0)
    }
  }

  @Test(arguments: Place.allCases)
  func aKnownVolumeKeepsItsTimeMetadataAndEmbedding(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      try await store.add(1)
      var again = Sample.volume(1, at: 2_000, tags: ["other": "B"])
      again.document = [9]
      let isNew = try await store.addVolume(
        again, embedding: Sample.embedding(99), space: space)
      #expect(!isNew)
      let found = try #require(try await store.volume(id: again.id, space: space))
      #expect(found.record == Sample.volume(1))
      #expect(found.embedding == Sample.embedding(1))
    }
  }

  @Test(arguments: Place.allCases)
  func aKnownVolumeWithAnotherInputTakesItAndKeepsTimeAndMetadata(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      try await store.add(1)
      var again = Sample.volume(1, input: 50, at: 2_000, tags: [:])
      again.document = [9]
      _ = try await store.addVolume(again, embedding: Sample.embedding(50), space: space)
      let found = try #require(try await store.volume(id: again.id, space: space))
      #expect(found.record.inputDigest == again.inputDigest)
      #expect(found.record.document == [9])
      #expect(found.record.createdAt == 1_000)
      #expect(found.record.metadata == Sample.volume(1).metadata)
      #expect(found.embedding == Sample.embedding(50))
      #expect(try store.embeddingNow(inputDigest: Sample.digest(1), space: space) == nil)
    }
  }

  @Test(arguments: Place.allCases)
  func aKnownVolumeThatWasMeasuredAgainTakesTheDocument(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      try await store.add(1)
      var again = Sample.volume(1, at: 2_000, tags: [:])
      again.document = [9]
      again.byteCount = 77
      for _ in 0..<2 {
        let isNew = try await store.addVolume(
          again, embedding: Sample.embedding(99), space: space, updatesDocument: true)
        #expect(!isNew)
        var wanted = Sample.volume(1)
        wanted.document = [9]
        let found = try #require(try await store.volume(id: again.id, space: space))
        #expect(found.record == wanted)
        #expect(found.embedding == Sample.embedding(1))
      }
      let twin = Sample.volume(2, input: 1)
      _ = try await store.addVolume(twin, embedding: Sample.embedding(1), space: space)
      let documents = try store.documentsNow(inputDigest: Sample.digest(1))
      #expect(Set(documents) == [[9], twin.document])
      #expect(try store.documentsNow(inputDigest: Sample.digest(3)).isEmpty)
      #expect(store.quarantined == 0)
    }
  }

  @Test(arguments: Place.allCases)
  func volumesWithOneInputShareAnEmbeddingUntilTheLastIsDeleted(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      try await store.add(1)
      _ = try await store.addVolume(
        Sample.volume(2, input: 1), embedding: Sample.embedding(1), space: space)
      #expect(try store.searchedIDs() == ["sha256-1", "sha256-2"])
      #expect(try await store.deleteVolume(id: "sha256-1"))
      #expect(try await store.volume(id: "sha256-2", space: space)?.embedding != nil)
      #expect(try await store.deleteVolume(id: "sha256-2"))
      #expect(try store.embeddingNow(inputDigest: Sample.digest(1), space: space) == nil)
      #expect(try await store.deleteVolume(id: "sha256-2") == false)
    }
  }

  @Test(arguments: Place.allCases)
  func spacesNeverMix(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      let others = [
        EmbeddingSpace(modelSHA256: "model-b", recipe: "recipe/1", components: 64),
        EmbeddingSpace(modelSHA256: "model-a", recipe: "recipe/2", components: 64),
        EmbeddingSpace(modelSHA256: "model-a", recipe: "recipe/1", components: 65),
      ]
      try await store.add(1)
      for other in others {
        #expect(try await store.volume(id: "sha256-1", space: other)?.embedding == nil)
        #expect(try store.searchedIDs(space: other).isEmpty)
      }
      try await store.add(2, space: others[0])
      #expect(try store.searchedIDs() == ["sha256-1"])
      #expect(try store.searchedIDs(space: others[0]) == ["sha256-2"])
      try await store.addTextEmbeddings(
        [(key: [1], values: [Float](repeating: 1, count: 64))], space: space)
      #expect(try await store.textEmbeddings(keys: [[1]], space: others[0]) == [nil])
    }
  }

  @Test(arguments: Place.allCases)
  func keysAreBytes(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      let composed = "caf\u{e9}"
      let decomposed = "cafe\u{301}"
      for (n, id) in [composed, decomposed, "a\u{0}b", "a"].enumerated() {
        var volume = Sample.volume(n, tags: ["site": id])
        volume.id = id
        let isNew = try await store.addVolume(
          volume, embedding: Sample.embedding(n), space: space)
        #expect(isNew)
      }
      #expect(try store.countVolumesNow() == 4)
      for (n, id) in [composed, decomposed, "a\u{0}b", "a"].enumerated() {
        let found = try await store.volumes(limit: 9, tag: ("site", id))
        #expect(found.map(\.byteCount) == [n + 1], "\(n)")
      }
    }
  }

  @Test(arguments: Place.allCases)
  func metadataIsReplacedAndItsTagsFound(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      try await store.add(1)
      let metadata = VolumeMetadata(
        name: "Näme", tags: ["a": "", "b": "2"], accession: nil, studyUID: "1.2", seriesUID: nil)
      #expect(try await store.setMetadata(metadata, ofVolume: "sha256-1"))
      #expect(try await store.setMetadata(metadata, ofVolume: "sha256-9") == false)
      #expect(
        try await store.volume(id: "sha256-1", space: space)?.record.metadata == metadata)
      #expect(try await store.volumes(limit: 9, tag: ("b", "2")).count == 1)
      #expect(try await store.volumes(limit: 9, tag: ("site", "A")).isEmpty)
    }
  }

  @Test(arguments: Place.allCases)
  func pagesNeitherRepeatNorMissWhileVolumesComeAndGo(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      for n in 0..<20 {
        _ = try await store.addVolume(
          Sample.volume(n, at: n / 4), embedding: Sample.embedding(n), space: space)
      }
      var seen: [String] = []
      var cursor: RecordCursor?
      while true {
        let page = try await store.volumes(after: cursor, limit: 3)
        seen += page.map(\.id)
        guard page.count == 3, let last = page.last else { break }
        cursor = RecordCursor(createdAt: last.createdAt, id: last.id)
        _ = try await store.deleteVolume(id: last.id)
        try await store.add(100 + seen.count)
      }
      #expect(seen.count == 20)
      #expect(Set(seen).count == 20)
      #expect(try await store.volumes(limit: 0).isEmpty)
    }
  }

  @Test(arguments: Place.allCases)
  func manyVolumesAreAddedAtOnceAndExportedInBatches(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      let entries = (0..<25).map { Sample.entry($0) }
      #expect(try await store.addVolumes(entries, space: space) == 25)
      #expect(try await store.addVolumes(entries, space: space) == 0)
      var exported: [VolumeEntry] = []
      while true {
        let batch = try await store.entries(
          space: space, after: exported.last?.record.id, limit: 10)
        exported += batch
        if batch.count < 10 { break }
      }
      #expect(exported == entries.sorted { $0.record.id < $1.record.id })
    }
  }

  @Test(arguments: Place.allCases)
  func searchRowsComeInTheOrderOfTheirEncodingWithTheirMetadata(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      for n in [3, 1, 2] { try await store.add(n) }
      var rows: [(String, VolumeMetadata, [Float])] = []
      try store.forEachSearchRow(space: space) { rows.append(($0, $1, Array($2))) }
      #expect(rows.map(\.0) == ["sha256-3", "sha256-1", "sha256-2"])
      for (n, row) in zip([3, 1, 2], rows) {
        #expect(row.1 == Sample.volume(n).metadata)
        #expect(row.2 == Sample.embedding(n).searchRow)
      }
    }
  }

  @Test(arguments: Place.allCases)
  func whatIsNoRecordIsRefused(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      var short = Sample.entry(1)
      short.embedding.values.removeLast()
      var infinite = Sample.entry(2)
      infinite.embedding.searchRow[3] = .infinity
      var notANumber = Sample.entry(3)
      notANumber.embedding.values[63] = .nan
      var digest = Sample.entry(4)
      digest.record.inputDigest.append(0)
      for entry in [short, infinite, notANumber, digest] {
        await #expect(throws: StoreError.unfit) {
          try await store.addVolumes([Sample.entry(9), entry], space: space)
        }
      }
      #expect(try store.countVolumesNow() == 0)
    }
  }

  @Test(arguments: Place.allCases)
  func fiftyAddsOfOneVolumeMakeOneRow(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      let added = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<50 {
          group.addTask {
            try await store.addVolume(
              Sample.volume(1), embedding: Sample.embedding(1), space: Sample.space)
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(added == 1)
      #expect(try store.searchedIDs() == ["sha256-1"])
    }
  }

  @Test(arguments: Place.allCases)
  func deletesThatRaceWithAddsAndReadsLeaveNothingHalf(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      let deleted = try await withThrowingTaskGroup(of: Int.self) { group in
        for n in 0..<40 {
          group.addTask {
            try await store.add(n % 4)
            return 0
          }
          group.addTask { try await store.deleteVolume(id: "sha256-\(n % 4)") ? 1 : 0 }
          group.addTask {
            let found = try await store.volume(id: "sha256-\(n % 4)", space: Sample.space)
            // One state of the store: never a volume without its embedding.
            #expect(found == nil || found?.embedding != nil)
            return 0
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(deleted <= 40)
      for n in 0..<4 { _ = try await store.deleteVolume(id: "sha256-\(n)") }
      #expect(try store.countVolumesNow() == 0)
      for n in 0..<4 {
        #expect(try store.embeddingNow(inputDigest: Sample.digest(n), space: space) == nil)
      }
      #expect(try store.check().isEmpty)
    }
  }
}
