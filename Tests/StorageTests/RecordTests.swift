import Testing

@testable import Storage

/// What reports, prompt sets, diagnoses and text embeddings promise, on a file and in memory.
@Suite struct RecordTests {
  private let space = Sample.space

  @Test(arguments: Place.allCases)
  func aReportComesBackAsItWasAddedAndGoes(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      for n in 0..<5 { try await store.addReport(Sample.report(n, at: n)) }
      for n in 0..<5 {
        #expect(try await store.report(id: "report-\(n)") == Sample.report(n, at: n))
      }
      let first = try await store.reports(limit: 2)
      #expect(first.map(\.id) == ["report-4", "report-3"])
      let rest = try await store.reports(
        after: RecordCursor(createdAt: 3, id: "report-3"), limit: 9)
      #expect(rest.map(\.id) == ["report-2", "report-1", "report-0"])
      #expect(try await store.deleteReport(id: "report-2"))
      #expect(try await store.deleteReport(id: "report-2") == false)
      var ids: [String] = []
      try store.forEachReport(space: space) { ids.append($0.id) }
      #expect(ids == ["report-0", "report-1", "report-3", "report-4"])
    }
  }

  @Test(arguments: Place.allCases)
  func aPromptSetGetsAVersionForEachChange(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      #expect(try await store.putPromptSet("mine", document: [1], createdAt: 5).version == 1)
      #expect(try await store.putPromptSet("mine", document: [1], createdAt: 6).version == 1)
      #expect(try await store.putPromptSet("mine", document: [2], createdAt: 7).version == 2)
      #expect(try await store.putPromptSet("also", document: [3], createdAt: 8).version == 1)
      #expect(try await store.promptSet("mine")?.document == [2])
      #expect(try store.promptSetsNow().map(\.name) == ["also", "mine"])
      #expect(try await store.deletePromptSet("mine"))
      #expect(try await store.deletePromptSet("mine") == false)
      #expect(try await store.promptSet("mine") == nil)
    }
  }

  @Test(arguments: Place.allCases)
  func aDiagnosisNeedsItsVolumeAndGoesWithIt(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      let diagnosis = DiagnosisRecord(
        id: "d1", createdAt: 9, volumeID: "sha256-1", document: [4, 5])
      #expect(try await store.addDiagnosis(diagnosis) == false)
      try await store.add(1)
      #expect(try await store.addDiagnosis(diagnosis))
      #expect(try await store.diagnosis(id: "d1") == diagnosis)
      _ = try await store.deleteVolume(id: "sha256-1")
      #expect(try await store.diagnosis(id: "d1") == nil)
    }
  }

  @Test(arguments: Place.allCases)
  func whatIsOlderThanTheRetentionGoes(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      for n in 0..<6 {
        _ = try await store.addVolume(
          Sample.volume(n, input: n / 2, at: n), embedding: Sample.embedding(n / 2), space: space)
        try await store.addReport(Sample.report(n, at: n))
        _ = try await store.addDiagnosis(
          DiagnosisRecord(id: "d\(n)", createdAt: n, volumeID: "sha256-\(n)", document: []))
      }
      let gone = try await store.deleteAll(createdBefore: 3)
      #expect(
        gone.sorted() == ["report-0", "report-1", "report-2", "sha256-0", "sha256-1", "sha256-2"])
      #expect(try store.searchedIDs() == ["sha256-3", "sha256-4", "sha256-5"])
      #expect(try await store.reports(limit: 9).count == 3)
      #expect(try await store.diagnosis(id: "d2") == nil)
      #expect(try await store.diagnosis(id: "d3") != nil)
      #expect(try store.embeddingNow(inputDigest: Sample.digest(0), space: space) == nil)
    }
  }

  @Test(arguments: Place.allCases)
  func textEmbeddingsAreKeptUpToALimitAndTheOldestGo(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      let small = EmbeddingSpace(modelSHA256: "m", recipe: "r", components: 1)
      let limit = Store.textEmbeddingLimit
      let all = (0...limit).map { n in
        (key: [UInt8(n & 255), UInt8(n >> 8)], values: [Float(n)])
      }
      try await store.addTextEmbeddings(Array(all.prefix(limit)), space: small)
      #expect(try await store.textEmbeddings(keys: [[0, 0]], space: small) == [[0]])
      try await store.addTextEmbeddings([all[limit]], space: small)
      #expect(try await store.textEmbeddings(keys: [[0, 0]], space: small) == [nil])
      #expect(try await store.textEmbeddings(keys: [[1, 0]], space: small) == [[1]])
      #expect(
        try await store.textEmbeddings(keys: [all[limit].key], space: small) == [[Float(limit)]])
    }
  }

  /// Computed by the rule of ``RowChecksum`` alone, so that a store stays readable.
  @Test func theChecksumsOfRowsStay() async throws {
    try await Place.memory.withStore { (store) async throws in
      let space = EmbeddingSpace(modelSHA256: "model", recipe: "recipe/1", components: 2)
      let volume = VolumeRecord(
        id: "v", createdAt: 1, byteCount: 2, inputDigest: Array(0..<32), document: [3],
        metadata: VolumeMetadata(tags: ["site": "A"], accession: "a", seriesUID: ""))
      let embedding = VolumeEmbedding(values: [1, 2], searchRow: [3, 4])
      _ = try await store.addVolume(volume, embedding: embedding, voxels: [5], space: space)
      try await store.addTextEmbeddings([(key: [6], values: [1, 2])], space: space)
      try await store.addReport(
        ReportRecord(
          id: "r", createdAt: 1, encodedText: "text", document: [7], tags: ["n": "1"],
          values: [1, 2], space: space))
      _ = try await store.putPromptSet("p", document: [8], createdAt: 1)
      _ = try await store.addDiagnosis(
        DiagnosisRecord(id: "d", createdAt: 1, volumeID: "v", document: [9]))
      _ = try await store.addJob(JobRecord(id: "j", createdAt: 1, document: [10]))
      _ = try await store.addJob(
        JobRecord(id: "k", createdAt: 1, endedAt: 0, repetitionKey: [11], document: [12]))
      _ = try await store.putCalibration(
        CalibrationRecord(name: "c", model: "m", createdAt: 1, document: [13]), limit: 1)
      let checksums = try store.readingNow { database, _ in
        try [
          "checksum FROM volume", "metadata_checksum FROM volume", "checksum FROM embedding",
          "checksum FROM search_row", "checksum FROM voxels", "checksum FROM text_embedding",
          "checksum FROM report", "checksum FROM prompt_set", "checksum FROM diagnosis",
          "checksum FROM job WHERE id = 'j'", "checksum FROM job WHERE id = 'k'",
          "checksum FROM calibration",
        ].map { try database.integer("SELECT \($0)") }
      }
      #expect(
        checksums == [
          208_356_787, 1_755_546_823, 544_005_510, 847_868_338, 1_099_530_525, 3_504_812_993,
          1_948_198_336, 1_389_578_296, 3_501_779_330, 3_016_086_306, 2_955_313_290,
          118_877_495,
        ])
    }
  }
}
