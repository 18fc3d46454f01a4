extension Store {
  /// Returns volumes, newest first. Volumes from the same second are in descending order of id. A client that continues
  /// the list after its last record sees each stored volume exactly once, even if others are added or deleted
  /// meanwhile.
  ///
  /// - Parameters:
  ///   - cursor: The position after which the list continues; nil to start at the beginning.
  ///   - limit: Maximum number of volumes to return. A shorter result means that no volumes follow.
  ///   - tag: The tag that a volume must have, compared byte by byte; nil for all volumes.
  public func volumes(
    after cursor: RecordCursor? = nil, limit: Int, tag: (name: String, value: String)? = nil
  ) async throws(StoreError) -> [VolumeRecord] {
    try await reading { database, wrongRows in
      let filter = tag.map {
        (
          sql: "number IN (SELECT volume FROM volume_tag WHERE name = ? AND value = ?)",
          values: [SQLValue.text($0.name), .text($0.value)]
        )
      }
      return try VolumeRecord.table.page(
        after: cursor, limit: limit, filter: filter, in: database, &wrongRows)
    }
  }

  /// Returns volumes with their embeddings in `space`, in order of id, for export. Skips volumes that have no such
  /// embedding.
  ///
  /// - Parameters:
  ///   - id: The last id of the previous batch; nil for the first batch.
  ///   - limit: Maximum number of entries to return. A shorter result means that no entries follow.
  public func entries(space: EmbeddingSpace, after id: String? = nil, limit: Int)
    async throws(StoreError) -> [VolumeEntry]
  {
    try await reading { database, wrongRows in
      var entries: [VolumeEntry] = []
      guard limit > 0 else { return entries }
      let filter = id == nil ? "" : "WHERE id > ?"
      try VolumeRecord.table.forEach(
        "\(filter) ORDER BY id", id.map { [.text($0)] } ?? [], streams: true, in: database,
        &wrongRows
      ) { _, record, wrongRows in
        let embedding = try Self.embedding(
          inputDigest: record.inputDigest, space: space, in: database, &wrongRows)
        if let embedding { entries.append(VolumeEntry(record: record, embedding: embedding)) }
        return entries.count < limit
      }
      return entries
    }
  }
}
