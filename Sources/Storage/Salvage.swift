import GRDB

/// Copies what can be read of a damaged database, row by row.
struct Salvage {
  /// Rows that are written in one transaction.
  private static let batch = 500
  /// The same of rows that have megabytes.
  private static let largeBatch = 4

  private let source: Database
  private let target: any DatabaseWriter
  private let spaces: [Int: EmbeddingSpace]
  private var wrongRows = 0

  /// - Returns: How many rows could be read but were wrong.
  /// - Throws: What goes wrong with `target`. What goes wrong with `queue` costs rows only.
  static func copy(from queue: DatabaseQueue, to target: any DatabaseWriter) throws -> Int {
    try queue.unsafeRead { source in
      let spaces = SpaceTable.salvaged(from: source)
      var salvage = Salvage(source: source, target: target, spaces: spaces)
      try salvage.copyAll()
      return salvage.wrongRows
    }
  }

  private init(source: Database, target: any DatabaseWriter, spaces: [Int: EmbeddingSpace]) {
    self.source = source
    self.target = target
    self.spaces = spaces
  }

  private mutating func copyAll() throws {
    let spaces = spaces
    try copy(.volume, VolumeTable.columns, VolumeTable.record) {
      guard try !Self.exists($0.id, in: "volume", of: $1) else { return }
      try VolumeTable.insert($0, in: $1)
    }
    try copy(.embedding, EmbeddingTable.columns, { EmbeddingTable.entry($0, spaces: spaces) }) {
      let space = try SpaceTable.add($0.space, to: $1)
      let digest = $0.inputDigest
      guard try EmbeddingTable.number(inputDigest: digest, space: space, in: $1) == nil else {
        return
      }
      try EmbeddingTable.insert($0, space: space, in: $1)
    }
    try copy(.voxels, VoxelTable.columns, VoxelTable.entry, batch: Self.largeBatch) {
      try VoxelTable.insert($0, in: $1)
    }
    try copy(
      .textEmbedding, TextEmbeddingTable.columns,
      { TextEmbeddingTable.entry($0, spaces: spaces) }
    ) {
      try TextEmbeddingTable.put($0, space: SpaceTable.add($0.space, to: $1), in: $1)
    }
    try copy(.report, ReportTable.columns, { ReportTable.record($0, spaces: spaces) }) {
      try ReportTable.put($0, in: $1)
    }
    try copy(.promptSet, PromptSetTable.columns, PromptSetTable.record) {
      try PromptSetTable.put($0, in: $1)
    }
    try copy(.diagnosis, DiagnosisTable.columns, DiagnosisTable.record) {
      try DiagnosisTable.put($0, in: $1)
    }
    try copy(.job, JobTable.columns, JobTable.record) {
      guard try !Self.exists($0.id, in: "job", of: $1) else { return }
      try JobTable.insert($0, in: $1)
    }
    try target.writeWithoutTransaction {
      try EmbeddingTable.deleteOrphans(in: $0)
      try VoxelTable.deleteOrphans(in: $0)
    }
  }

  /// Copies a table by its rows' numbers, so that a damaged page costs the rows on it and no others.
  private mutating func copy<Record>(
    _ table: StoredTable, _ columns: String, _ read: (ResultRow) -> Record?, batch: Int = batch,
    _ write: (Record, Database) throws -> Void
  ) throws {
    var number = 0
    let last = lastNumber(of: table)
    while number < last {
      var records: [Record] = []
      while number < last, records.count < batch {
        number += 1
        guard let record = self.record(number, columns, read) else { continue }
        records.append(record)
      }
      try target.writeWithoutTransaction { database in
        try database.run("BEGIN IMMEDIATE")
        for record in records { try write(record, database) }
        try database.run("COMMIT")
      }
    }
  }

  private mutating func record<Record>(
    _ number: Int, _ columns: String, _ read: (ResultRow) -> Record?
  ) -> Record? {
    let found = try? source.firstRow(
      "SELECT \(columns) WHERE number = ?", [.integer(number)],
      { row -> Record? in
        if let record = read(row) { return record }
        return nil
      })
    if case .some(.none) = found { wrongRows += 1 }
    return found ?? nil
  }

  /// No row has a greater number.
  private func lastNumber(of table: StoredTable) -> Int {
    let sql = "SELECT max(number) FROM \(table.rawValue)"
    if let last = try? source.firstRow(sql, [], { $0.integer(0) ?? 0 }) { return last }
    // The last page is damaged. Numbers are given one after the other, and no row is shorter than 32 bytes.
    let pages = (try? source.firstRow("PRAGMA page_count") { $0.integer(0) ?? 0 }) ?? 0
    return pages * (StoreSchema.pageSize / 32)
  }

  private static func exists(_ id: String, in table: String, of database: Database) throws -> Bool {
    try database.firstRow("SELECT 1 FROM \(table) WHERE id = ?", [.text(id)]) { _ in true } ?? false
  }
}
