import GRDB

/// A row with a wrong checksum or shape.
struct StoredRow: Sendable, Hashable {
  let table: StoredTable
  let number: Int

  /// Sets the row aside if it is still wrong; another row may have taken its number.
  ///
  /// Setting aside means deleting. A damaged copy could never be erased reliably, because its id
  /// may be damaged, and its content is computed again when the volume returns.
  ///
  /// - Returns: Whether a row was set aside.
  func setAside(in database: Database) throws -> Bool {
    guard let wrong = try wrongTable(in: database) else { return false }
    let number = wrong == .searchRow ? "embedding" : "number"
    try wrong.delete(where: "\(number) = ?", [.integer(self.number)], in: database)
    // The volume's link to its embedding may be damaged.
    if table == .volume { try StoredTable.deleteOrphans(in: database) }
    return true
  }

  /// The table whose row is wrong: for an embedding it may be the search row alone, which is
  /// computed again from the embedding.
  private func wrongTable(in database: Database) throws -> StoredTable? {
    let spaces = try EmbeddingSpace.all(in: database)
    func first(_ select: String, _ read: (ResultRow) -> StoredTable?) throws -> StoredTable? {
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
