import Glibc
import TestSupport
import Testing

@testable import Storage

/// Stores that are moved, and what is in them.
enum MoveSample {
  /// Texts and bytes that a careless copy would change.
  static let texts = [
    "", "\0", "a\0b", "é", "e\u{301}", "'; DROP TABLE volume; --", "\u{10FFFF}", "\\x00", "%s?1$1",
  ]

  /// Fills a store with all kinds of rows.
  static func fill(_ store: Store, volumes: Int = 7) async throws {
    let other = EmbeddingSpace(modelSHA256: "b\0", recipe: "", components: 3)
    for n in 0..<volumes {
      let tags = Dictionary(
        texts.prefix(n + 1).map { ("name\($0)", "\($0)value") }, uniquingKeysWith: { $1 })
      var entry = VolumeEntry(
        record: Sample.volume(n, tags: tags), embedding: Sample.embedding(n),
        voxels: n % 3 == 0 ? [] : [UInt8](repeating: UInt8(n), count: 10_000 * n))
      entry.record.metadata.accession = n % 2 == 0 ? nil : texts[n % texts.count]
      _ = try await store.addVolume(
        entry.record, embedding: entry.embedding, voxels: entry.voxels, space: Sample.space)
      try await store.addPatches(
        [UInt8](repeating: 0, count: n), ofInput: entry.record.inputDigest, space: Sample.space)
      var pieces = n % 2 == 0 ? [[UInt8]](repeating: [1, 2, 3], count: n / 2 + 1) : []
      _ = try await store.addSource(ofVolume: entry.record.id) { pieces.popLast() }
      try await store.addPatches([0, 255], ofInput: entry.record.inputDigest, space: other)
      try await store.addThumbnail([137, 80, UInt8(n)], ofInput: entry.record.inputDigest)
    }
    for n in 0..<4 { try await store.addReport(Sample.report(n)) }
    var report = Sample.report(9)
    (report.text, report.encodedText, report.document) = ("a\0b", "", [])
    try await store.addReport(report)
    for (n, text) in texts.enumerated() {
      _ = try await store.putPromptSet("set\(text)", document: Array(text.utf8), createdAt: n)
      let calibration = CalibrationRecord(
        name: "c\(text)", model: text, createdAt: n, document: Array(text.utf8) + [0])
      _ = try await store.putCalibration(calibration, limit: 99)
      if n % 3 == 0 { _ = try await store.deleteCalibration("c\(text)", model: text, at: n) }
      _ = try await store.addDiagnosis(
        DiagnosisRecord(
          id: "d\(text)", createdAt: n, volumeID: "sha256-\(n % volumes)",
          document: Array(text.utf8)))
      let record = JobRecord(
        id: "job\(text)", createdAt: n, repetitionKey: n % 2 == 0 ? nil : Array(text.utf8) + [0],
        document: Array(text.utf8))
      _ = try await store.addJob(record)
      _ = try await store.claimJob(owner: "owner\(text)", lease: 600)
    }
    try await store.addTextEmbeddings(
      [([0, 1, 255], Sample.embedding(5).values), ([], Sample.embedding(6).values)],
      space: Sample.space)
    // Numbers that a new store would not give, with gaps.
    _ = try await store.deleteVolume(id: "sha256-1")
    try await store.setLastSeenTime(1_700_000_040)
  }

  /// All rows of all tables, as text.
  static func content(_ store: Store) throws -> [String: [String]] {
    try store.readingNow { database, _ in
      var content: [String: [String]] = [:]
      for table in try MovedTable.all() {
        let columns = table.columns.map { column -> String in
          let name = column.name
          let isNumber = if case .integer = column.kind.base { true } else { false }
          let text =
            switch database.dialect {
            case .sqlite: isNumber ? "CAST(\(name) AS TEXT)" : "lower(hex(\(name)))"
            case .postgreSQL: isNumber ? "CAST(\(name) AS text)" : "encode(\(name), 'hex')"
            }
          return "CASE WHEN \(name) IS NULL THEN 'null' ELSE \(text) END"
        }
        var rows: [String] = []
        try database.forEachRow(
          "SELECT \(columns.joined(separator: " || ' ' || ")) FROM \(table.name)"
        ) { row in
          rows.append(row.text(0) ?? "?")
          return true
        }
        content[table.name] = rows.sorted()
      }
      return content
    }
  }

  /// All rows of the store at a place.
  static func content(at place: String) throws -> [String: [String]] {
    let store = try Store(path: place)
    defer { store.close() }
    return try content(store)
  }
}

/// The places of a move.
struct MovePlaces {
  let folder: TemporaryFolder
  let from: String
  let to: String

  /// - Parameter names: `file` or `postgres`, for both.
  init(_ names: (Place, Place)) throws {
    let folder = try TemporaryFolder()
    func place(_ place: Place, _ name: String) throws -> String {
      place == .postgres ? try PostgresServer.newAddress() : "\(folder.path)/\(name).db"
    }
    from = try place(names.0, "from")
    to = try place(names.1, "to")
    self.folder = folder
  }

  static let pairs: [(Place, Place)] = [
    (.file, .postgres), (.postgres, .file), (.file, .file), (.postgres, .postgres),
  ]

  /// Moves with small transactions.
  func moveInSmallSteps(
    progress: @escaping (String, Int) -> Void = { _, _ in }
  ) throws -> [MovedTableResult] {
    let (source, target) = try (Store(path: from), Store(path: to))
    defer {
      source.close()
      target.close()
    }
    var move = StoreMove(from: source.engine, to: target.engine, progress: progress)
    move.batchRows = 2
    return try move.run()
  }
}
