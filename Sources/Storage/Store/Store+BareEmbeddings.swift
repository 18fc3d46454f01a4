extension Store {
  /// Returns the embeddings of a space that have no search row, in order of their row numbers. A search row may have
  /// been lost with a damaged page.
  ///
  /// - Parameters:
  ///   - number: The last row number of the previous batch; nil for the first batch.
  ///   - limit: Maximum number of embeddings to return. A shorter result means that no embeddings follow.
  /// - Returns: The volume embeddings with their row numbers. The numbers follow the order in which the embeddings were
  ///   added.
  public func bareEmbeddings(
    space: EmbeddingSpace, after number: Int? = nil, limit: Int
  ) async throws(StoreError) -> [(number: Int, values: [Float])] {
    try await reading { database, wrongRows in
      guard let spaceNumber = try space.number(in: database) else { return [] }
      var found: [(number: Int, values: [Float])] = []
      try database.forEachRow(
        """
        \(EmbeddingTable.select) WHERE space = ? AND number > ?
          AND search_row.embedding IS NULL ORDER BY number LIMIT ?
        """,
        [.integer(spaceNumber), .integer(number ?? .min), .integer(max(limit, 0))]
      ) { row in
        switch EmbeddingTable.content(row, spaces: [spaceNumber: space]) {
        case .bare(let bare, _):
          if let number = row.integer(0) { found.append((number, bare.values)) }
        case .whole: break
        case .wrong: wrongRows.add(row, in: .embedding)
        }
        return true
      }
      return found
    }
  }

  /// Adds the missing search rows of embeddings in one transaction.
  ///
  /// - Parameter committed: Called with the volumes that are searchable again. The call happens after the rows are on
  ///   the disk and before the next change.
  public func addSearchRows(
    _ rows: [(number: Int, row: [Float])], space: EmbeddingSpace,
    committed: @escaping @Sendable ([(id: String, metadata: VolumeMetadata, row: [Float])]) -> Void
  ) async throws(StoreError) {
    guard rows.allSatisfy({ $0.row.fits(space) }) else { throw .unfit }
    _ = try await writing(isOrdered: true, committed: committed) { database, wrongRows in
      var volumes: [(id: String, metadata: VolumeMetadata, row: [Float])] = []
      guard let spaceNumber = try space.number(in: database) else { return volumes }
      for (number, searchRow) in rows {
        // The embedding may have been deleted meanwhile, or its search row may already have been restored.
        let content = try database.firstRow(
          "\(EmbeddingTable.select) WHERE number = ?", [.integer(number)]
        ) { EmbeddingTable.content($0, spaces: [spaceNumber: space]) }
        guard case .bare(let bare, isMissing: true)? = content else { continue }
        try EmbeddingTable.insert(searchRow: searchRow, of: number, bare, in: database)
        volumes += try VolumeRecord.table.all(
          "WHERE input_digest = ?", [.bytes(bare.key)], in: database, &wrongRows
        ).map { ($0.record.id, $0.record.metadata, searchRow) }
      }
      for volume in volumes { database.note(StoreChange(kind: .volume, id: volume.id)) }
      return volumes
    }
  }
}
