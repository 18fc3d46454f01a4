import Testing

@testable import Storage

/// A row that is wrong in itself, in a file that SQLite finds sound.
@Suite struct QuarantineTests {
  /// A statement that spoils volume 2's row or embedding, and whether the volume stays.
  private static let spoilings: [(sql: String, staysKnown: Bool)] = [
    ("UPDATE volume SET byte_count = 77 WHERE id = 'sha256-2'", false),
    ("UPDATE volume SET document = x'00' WHERE id = 'sha256-2'", false),
    ("UPDATE volume SET metadata = x'0000' WHERE id = 'sha256-2'", false),
    ("UPDATE volume SET input_digest = x'00' WHERE id = 'sha256-2'", false),
    ("UPDATE volume SET id = 'sha256-x' WHERE id = 'sha256-2'", false),
    ("UPDATE search_row SET floats = substr(floats, 5) WHERE embedding = 3", true),
    ("UPDATE search_row SET floats = zeroblob(256) WHERE embedding = 3", true),
    (
      "UPDATE search_row SET floats = (SELECT floats FROM search_row WHERE embedding = 1) WHERE embedding = 3",
      true
    ),
    ("UPDATE search_row SET checksum = checksum + 1 WHERE embedding = 3", true),
    ("DELETE FROM search_row WHERE embedding = 3", true),
    ("UPDATE embedding SET floats = x'' WHERE number = 3", true),
    ("UPDATE embedding SET checksum = 0 WHERE number = 3", true),
  ]

  /// A search row that is missing is waited for, and nothing is set aside.
  @Test(arguments: Place.allCases)
  func aWrongRowIsSetAsideCountedAndMayComeAgain(_ place: Place) async throws {
    for (sql, staysKnown) in Self.spoilings {
      try await place.withStore { (store) async throws in
        try await store.addVolumes((0..<5).map { Sample.entry($0) }, space: Sample.space)
        try store.spoil(sql)
        try store.forEachSearchRow(space: Sample.space) { id, _, row in
          #expect(Array(row) == Sample.embedding(Int(id.dropFirst(7)) ?? -1).searchRow, "\(sql)")
        }
        let entries = try await store.entries(space: Sample.space, limit: 9)
        #expect(entries == [0, 1, 3, 4].map { Sample.entry($0) }, "\(sql)")
        #expect(store.quarantined == (sql.hasPrefix("DELETE") ? 0 : 1), "\(sql)")
        #expect(try store.countVolumesNow() == (staysKnown ? 5 : 4), "\(sql)")
        #expect(try store.searchedIDs().count == 4, "\(sql)")
        try await store.add(2)
        #expect(try store.searchedIDs().count == 5, "\(sql)")
        #expect(store.quarantined == (sql.hasPrefix("DELETE") ? 0 : 1), "\(sql)")
        #expect(try store.check().isEmpty, "\(sql)")
      }
    }
  }

  @Test(arguments: [Place.memory, .postgres])
  func numbersThatAreNotFiniteAreSetAsideThoughTheirChecksumIsRight(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      try await store.add(1)
      var entry = Sample.entry(2)
      entry.embedding.searchRow[0] = .nan
      let (record, embedding) = (entry.record, entry.embedding)
      let vector = KeyedVector(
        space: Sample.space, key: record.inputDigest, values: embedding.values)
      try store.engine.writingNow { database in
        try record.insert(in: database)
        try EmbeddingTable.insert(vector, searchRow: embedding.searchRow, in: database)
      }
      #expect(try store.searchedIDs() == ["sha256-1"])
      #expect(store.quarantined == 1)
    }
  }

  @Test(arguments: [Place.memory, .postgres])
  func wrongReportsPromptSetsDiagnosesAndTextEmbeddingsAreNotFound(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      try await store.add(1)
      try await store.addReport(Sample.report(1))
      _ = try await store.putPromptSet("p", document: [1], createdAt: 1)
      _ = try await store.putPromptSet("p", document: [2], createdAt: 1)
      _ = try await store.addDiagnosis(
        DiagnosisRecord(id: "d", createdAt: 1, volumeID: "sha256-1", document: [1]))
      try await store.addTextEmbeddings(
        [(key: [1], values: [Float](repeating: 1, count: 64))], space: Sample.space)
      for sql in [
        "UPDATE report SET text = 'other'", "UPDATE diagnosis SET document = x'02'",
        "UPDATE prompt_set SET document = x'03' WHERE version = 2",
        "UPDATE text_embedding SET key = x'02'",
      ] {
        try store.spoil(sql)
      }
      #expect(try await store.report(id: "report-1") == nil)
      #expect(try await store.promptSet("p")?.version == 1)
      #expect(try await store.diagnosis(id: "d") == nil)
      #expect(try await store.textEmbeddings(keys: [[2]], space: Sample.space) == [nil])
      #expect(store.quarantined == 4)
    }
  }

  @Test(arguments: [Place.memory, .postgres])
  func aDiagnosisOutlivesItsVolumesWrongRow(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      try await store.add(2)
      let diagnosis = DiagnosisRecord(
        id: "d", createdAt: 1, volumeID: "sha256-2", document: [1])
      _ = try await store.addDiagnosis(diagnosis)
      try store.spoil("UPDATE volume SET byte_count = 0")
      #expect(try await store.volume(id: "sha256-2", space: Sample.space) == nil)
      #expect(try await store.diagnosis(id: "d") == diagnosis)
      #expect(try await store.deleteVolume(id: "sha256-2") == false)
      #expect(try await store.diagnosis(id: "d") == nil)
    }
  }
}
