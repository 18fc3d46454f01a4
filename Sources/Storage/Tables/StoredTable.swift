import GRDB

/// The tables of the store.
enum StoredTable: String, Sendable, CaseIterable {
  case space, volume, embedding
  case searchRow = "search_row"
  case textEmbedding = "text_embedding"
  case voxels, report
  case promptSet = "prompt_set"
  case diagnosis, job

  /// How a table's rows look; nil for search rows, which are read with their embeddings.
  var layout: (any TableLayout)? {
    switch self {
    case .space: EmbeddingSpace.table
    case .volume: VolumeRecord.table
    case .embedding: EmbeddingTable.vectors
    case .searchRow: nil
    case .textEmbedding: KeyedVector.texts
    case .voxels: VoxelRecord.table
    case .report: ReportRecord.table
    case .promptSet: PromptSetRecord.table
    case .diagnosis: DiagnosisRecord.table
    case .job: JobRecord.table
    }
  }

  /// Whether a row on a damaged page may belong to the table. SQLite stores the number, which is
  /// the first column, as null.
  func fits(_ types: [ColumnType]) -> Bool {
    let kinds = layout?.kinds ?? EmbeddingTable.searchRowKinds
    return types.count == kinds.count + 1 && types[0] == .null
      && zip(kinds, types.dropFirst()).allSatisfy { $0.fits($1) }
  }

  /// Deletes the rows of a condition.
  ///
  /// - Returns: Whether rows meet the condition.
  @discardableResult
  func delete(where condition: String, _ values: [SQLValue], in database: Database) throws -> Bool {
    try database.run("DELETE FROM \(rawValue) WHERE \(condition)", values)
    return database.changesCount > 0
  }

  /// The tables whose rows belong to a model's input, and not to one volume.
  private static let ofInputs: [StoredTable] = [.embedding, .voxels]

  /// Deletes what belongs to an input unless a volume still has the input.
  static func deleteUnshared(inputDigest: [UInt8], in database: Database) throws {
    for table in ofInputs {
      try table.delete(
        where: """
          input_digest = ?1 AND NOT EXISTS (SELECT 1 FROM volume WHERE input_digest = ?1)
          """, [.bytes(inputDigest)], in: database)
    }
  }

  /// Deletes what belongs to inputs whose volumes are gone.
  static func deleteOrphans(in database: Database) throws {
    for table in ofInputs {
      try table.delete(
        where: """
          NOT EXISTS
            (SELECT 1 FROM volume WHERE volume.input_digest = \(table.rawValue).input_digest)
          """, [], in: database)
    }
  }
}

/// A table without the type of its records.
protocol TableLayout: Sendable {
  /// `SELECT` with the number and then the fields; a condition may follow.
  var select: String { get }
  /// The columns after the number.
  var kinds: [ColumnKind] { get }

  /// Whether a row of ``select`` is right.
  func isSound(_ row: some RowColumns, spaces: [Int: EmbeddingSpace]) -> Bool
}

extension Table: TableLayout {
  var kinds: [ColumnKind] { fields.map(\.kind) }

  func isSound(_ row: some RowColumns, spaces: [Int: EmbeddingSpace]) -> Bool {
    record(row, spaces: spaces) != nil
  }
}
