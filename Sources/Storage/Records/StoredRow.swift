/// Identifies a row with a wrong checksum or shape.
struct StoredRow: Sendable, Hashable {
  let table: StoredTable
  let number: Int

  /// Deletes the row if it is still faulty. A different row may have received the same number since the fault was
  /// found.
  ///
  /// This is called setting the row aside. The faulty row is not copied elsewhere. Its id may be damaged, so a later
  /// erasure might not find the copy. The content is computed again when the volume is posted again.
  ///
  /// - Returns: Whether a row was deleted.
  func setAside(in database: any StoreConnection) throws -> Bool {
    guard let wrong = try wrongTable(in: database) else { return false }
    let number = wrong == .searchRow ? "embedding" : "number"
    try wrong.delete(where: "\(number) = ?", [.integer(self.number)], in: database)
    // The damage may affect the link between the volume and its embedding.
    if table == .volume {
      try StoredTable.deleteOrphans(in: database)
      try StoredTable.deleteOrphanedSources(in: database)
    }
    return true
  }

  /// Returns the table that contains the faulty row; nil if the row is sound. For an embedding, the fault may be in the
  /// embedding or in its search row. A faulty search row is computed again from the embedding.
  private func wrongTable(in database: any StoreConnection) throws -> StoredTable? {
    let spaces = try EmbeddingSpace.all(in: database)
    func first(_ select: String, _ read: (any RowColumns) -> StoredTable?) throws -> StoredTable? {
      try database.firstRow("\(select) WHERE number = ?", [.integer(number)], read) ?? nil
    }
    if table == .embedding {
      return try first(EmbeddingTable.select) { row in
        switch EmbeddingTable.content(row, spaces: spaces) {
        case .whole, .bare(_, isMissing: true): nil
        case .bare(_, isMissing: false): .searchRow
        case .wrong: .embedding
        }
      }
    }
    guard let layout = table.layout else { return nil }
    return try first(layout.select) { layout.isSound($0, spaces: spaces) ? nil : table }
  }
}
