/// The tables of the store.
enum StoredTable: String, Sendable, CaseIterable {
  case space, volume, embedding
  case searchRow = "search_row"
  case textEmbedding = "text_embedding"
  case voxels, patches, thumbnail, report
  case promptSet = "prompt_set"
  case diagnosis, job, calibration, source

  /// The layout of a table's rows; nil for search rows, because they are read together with their embeddings.
  var layout: (any TableLayout)? {
    switch self {
    case .space: EmbeddingSpace.table
    case .volume: VolumeRecord.table
    case .embedding: EmbeddingTable.vectors
    case .searchRow: nil
    case .textEmbedding: KeyedVector.texts
    case .voxels: VoxelRecord.table
    case .patches: PatchRecord.table
    case .thumbnail: ThumbnailRecord.table
    case .report: ReportRecord.table
    case .promptSet: PromptSetRecord.table
    case .diagnosis: DiagnosisRecord.table
    case .job: JobRecord.table
    case .calibration: CalibrationRecord.table
    case .source: SourceRecord.table
    }
  }

  /// Whether a row with these column types, found on a damaged page, can belong to this table. The first column is the
  /// row's number. SQLite stores null in this column.
  func fits(_ types: [ColumnType]) -> Bool {
    let kinds = layout?.kinds ?? EmbeddingTable.searchRowKinds
    return types.count == kinds.count + 1 && types[0] == .null
      && zip(kinds, types.dropFirst()).allSatisfy { $0.fits($1) }
  }

  /// Deletes the rows that satisfy a condition.
  ///
  /// - Returns: Whether at least one row was deleted.
  @discardableResult
  func delete(where condition: String, _ values: [SQLValue], in database: any StoreConnection)
    throws -> Bool
  {
    try database.run("DELETE FROM \(rawValue) WHERE \(condition)", values)
    return database.changedRowCount > 0
  }

  /// The tables whose rows belong to a model input. Several volumes may have the same input.
  private static let ofInputs: [StoredTable] = [.embedding, .voxels, .patches, .thumbnail]

  /// Deletes the rows of a model input, unless a stored volume has this input.
  static func deleteUnshared(inputDigest: [UInt8], in database: any StoreConnection) throws {
    for table in ofInputs {
      try table.delete(
        where: """
          input_digest = ?1 AND NOT EXISTS (SELECT 1 FROM volume WHERE input_digest = ?1)
          """, [.bytes(inputDigest)], in: database)
    }
  }

  /// Deletes the files of volumes that are not stored.
  ///
  /// - Complexity: Reads the index of all files. Deletions of volumes delete the files themselves.
  static func deleteOrphanedSources(in database: any StoreConnection) throws {
    try source.delete(
      where: "NOT EXISTS (SELECT 1 FROM volume WHERE volume.id = source.volume_id)", [],
      in: database)
  }

  /// Returns whether there is a row that belongs to a volume or a model input that is not stored.
  static func hasOrphans(in database: any StoreConnection) throws -> Bool {
    let owners =
      ofInputs.map { ($0, "input_digest", "input_digest") } + [(source, "id", "volume_id")]
    return try owners.contains { table, owner, column in
      try database.integer(
        """
        SELECT 1 FROM \(table.rawValue) AS part
        WHERE NOT EXISTS (SELECT 1 FROM volume WHERE volume.\(owner) = part.\(column)) LIMIT 1
        """) != nil
    }
  }

  /// Deletes the rows of all model inputs that no stored volume has.
  static func deleteOrphans(in database: any StoreConnection) throws {
    for table in ofInputs {
      try table.delete(
        where: """
          NOT EXISTS
            (SELECT 1 FROM volume WHERE volume.input_digest = \(table.rawValue).input_digest)
          """, [], in: database)
    }
  }
}

/// The parts of a table's interface that do not depend on the type of its records.
protocol TableLayout: Sendable {
  /// A `SELECT` statement that returns the row's number and then the fields. A condition may be appended.
  var select: String { get }
  /// The kinds of the columns that follow the number.
  var kinds: [ColumnKind] { get }

  /// Whether a row that ``select`` returned is sound.
  func isSound(_ row: any RowColumns, spaces: [Int: EmbeddingSpace]) -> Bool
}

extension Table: TableLayout {
  var kinds: [ColumnKind] { fields.map(\.kind) }

  func isSound(_ row: any RowColumns, spaces: [Int: EmbeddingSpace]) -> Bool {
    record(row, spaces: spaces) != nil
  }
}
