/// A row with a wrong checksum or shape.
struct StoredRow: Sendable, Hashable {
  let table: StoredTable
  let number: Int

  /// Sets the row aside if it is still wrong. Meanwhile, another row may have taken its number.
  ///
  /// To set a row aside means to delete it. The damaged row is not copied to another place, because
  /// its id may be damaged and the copy could then not be erased reliably. The row's content is
  /// computed again when the volume is posted again.
  ///
  /// - Returns: Whether a row was set aside.
  func setAside(in database: any StoreConnection) throws -> Bool {
    guard let wrong = try wrongTable(in: database) else { return false }
    let number = wrong == .searchRow ? "embedding" : "number"
    try wrong.delete(where: "\(number) = ?", [.integer(self.number)], in: database)
    // The volume's link to its embedding may be damaged.
    if table == .volume { try StoredTable.deleteOrphans(in: database) }
    return true
  }

  /// The table whose row is wrong; nil if the row is sound. For an embedding, the wrong row is the
  /// embedding itself or its search row. A wrong search row is computed again from the embedding.
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
