import GRDB

/// A row with a wrong checksum or shape.
struct StoredRow: Sendable, Hashable {
  let table: StoredTable
  let number: Int
}

/// The tables whose rows have a checksum.
enum StoredTable: String, Sendable, CaseIterable {
  case volume
  case embedding
  case voxels
  case textEmbedding = "text_embedding"
  case report
  case promptSet = "prompt_set"
  case diagnosis
  case job
}

extension StoredRow {
  /// Sets the row aside if it is still wrong; another row may have taken its number.
  ///
  /// Setting aside means deleting. A damaged copy could never be erased reliably, because its id
  /// may be damaged, and its content is computed again when the volume returns.
  ///
  /// - Returns: Whether a row was set aside.
  func setAside(in database: Database) throws -> Bool {
    if table == .embedding { return try setAsideEmbedding(in: database) }
    guard try isWrong(in: database) else { return false }
    try database.run("DELETE FROM \(table.rawValue) WHERE number = ?", [.integer(number)])
    // The volume's link to its embedding may be damaged.
    if table == .volume {
      try EmbeddingTable.deleteOrphans(in: database)
      try VoxelTable.deleteOrphans(in: database)
    }
    return true
  }

  /// Sets only a wrong search row aside, because it is computed again from its embedding.
  private func setAsideEmbedding(in database: Database) throws -> Bool {
    let spaces = try SpaceTable.all(in: database)
    let content = try database.firstRow(
      "SELECT \(EmbeddingTable.columns) WHERE number = ?", [.integer(number)]
    ) { EmbeddingTable.content($0, spaces: spaces) }
    switch content {
    case .whole, .bare(_, isMissing: true), nil: return false
    case .bare(_, isMissing: false):
      try database.run("DELETE FROM search_row WHERE embedding = ?", [.integer(number)])
    case .wrong:
      try database.run("DELETE FROM embedding WHERE number = ?", [.integer(number)])
    }
    return true
  }

  private func isWrong(in database: Database) throws -> Bool {
    let spaces = try SpaceTable.all(in: database)
    let values: [SQLValue] = [.integer(number)]
    func check(_ columns: String, _ isSound: (ResultRow) -> Bool) throws -> Bool {
      try database.firstRow("SELECT \(columns) WHERE number = ?", values) { !isSound($0) } ?? false
    }
    switch table {
    case .volume: return try check(VolumeTable.columns) { VolumeTable.record($0) != nil }
    case .embedding: return false
    case .voxels: return try check(VoxelTable.columns) { VoxelTable.entry($0) != nil }
    case .textEmbedding:
      return try check(TextEmbeddingTable.columns) {
        TextEmbeddingTable.entry($0, spaces: spaces) != nil
      }
    case .report:
      return try check(ReportTable.columns) { ReportTable.record($0, spaces: spaces) != nil }
    case .promptSet: return try check(PromptSetTable.columns) { PromptSetTable.record($0) != nil }
    case .diagnosis: return try check(DiagnosisTable.columns) { DiagnosisTable.record($0) != nil }
    case .job: return try check(JobTable.columns) { JobTable.record($0) != nil }
    }
  }
}
