@testable import Storage

/// Values that tests store.
enum Sample {
  static let space = EmbeddingSpace(modelSHA256: "model-a", recipe: "recipe/1", components: 64)

  /// The 32 bytes that stand for number `n`.
  static func digest(_ n: Int) -> [UInt8] {
    (0..<32).map { UInt8(truncatingIfNeeded: n >> ($0 % 4 * 8) &+ $0 / 4 &* 37) }
  }

  static func volume(
    _ n: Int, input: Int? = nil, at seconds: Int = 1_000, tags: [String: String] = ["site": "A"]
  ) -> VolumeRecord {
    VolumeRecord(
      id: "sha256-\(n)", createdAt: seconds, byteCount: n + 1, inputDigest: digest(input ?? n),
      document: Array("{\"number\":\(n)}".utf8),
      metadata: VolumeMetadata(
        tags: tags, accession: "accession-\(n)",
        studyUID: nil, seriesUID: ""))
  }

  static func embedding(_ n: Int, of space: EmbeddingSpace = space) -> VolumeEmbedding {
    VolumeEmbedding(
      values: (0..<space.components).map { Float(n * 7 + $0) / 3 },
      searchRow: (0..<space.components).map { Float(n - $0) / 5 })
  }

  static func entry(_ n: Int, of space: EmbeddingSpace = space) -> VolumeEntry {
    VolumeEntry(record: volume(n), embedding: embedding(n, of: space))
  }

  static func report(_ n: Int, at seconds: Int = 1_000) -> ReportRecord {
    ReportRecord(
      id: "report-\(n)", createdAt: seconds, text: n % 2 == 0 ? "No effusion \(n)." : nil,
      encodedText: "there is no pleural effusion.", document: [1, 2], tags: ["n": "\(n)"],
      values: embedding(n).values, space: space)
  }
}

extension Store {
  /// The ids that a search would see, in order.
  func searchedIDs(space: EmbeddingSpace = Sample.space) throws -> [String] {
    var ids: [String] = []
    try forEachSearchRow(space: space) { id, _, _ in ids.append(id) }
    return ids
  }

  /// Adds a sample volume with its embedding.
  func add(_ n: Int, space: EmbeddingSpace = Sample.space) async throws {
    let entry = Sample.entry(n, of: space)
    _ = try await addVolume(entry.record, embedding: entry.embedding, space: space)
  }

  /// The engine of a store in a file or in memory.
  var sqlite: SQLiteEngine {
    guard let engine = engine as? SQLiteEngine else { fatalError("this store has another engine") }
    return engine
  }

  /// Changes rows as nobody should, in SQLite's SQL.
  func spoil(_ sql: String) throws {
    try engine.writingNow { database in
      guard database.dialect == .postgreSQL else { return try database.run(sql) }
      let bytes = sql.replacing(/x'([0-9a-f]*)'/) { "'\\x\($0.1)'::bytea" }
      try database.run(
        bytes.replacing(/zeroblob\(([0-9]+)\)/) { "decode(repeat('00', \($0.1)), 'hex')" })
    }
  }

  /// Checks a store that is in use, also in memory.
  func check() throws -> [String] {
    try readingNow { database, _ in try Self.faults(in: database) }
  }

  /// Copies a store that is in use, also in memory.
  func backup(to path: String) throws { try Self.backup(sqlite.access().get(), to: path) }

  /// Reads the file through, and gives the state after it.
  func checked() async -> StoreState {
    await withCheckedContinuation { waiting in startChecking { waiting.resume(returning: $0) } }
  }
}
