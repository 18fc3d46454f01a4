import GRDB

extension Store {
  /// Volumes, newest first; those of one second by id, last first. Continuing after the last record
  /// neither repeats nor misses a volume that stays, whatever is added or deleted.
  ///
  /// - Parameters:
  ///   - cursor: The place to continue after; nil for the start.
  ///   - limit: Most volumes to return; fewer mean that the end is reached.
  ///   - tag: A tag that all have, compared byte by byte; nil for all volumes.
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

  /// Volumes with their embeddings in `space`, in order of id, for export. Volumes without such an
  /// embedding are left out.
  ///
  /// - Parameters:
  ///   - id: The last id of the previous batch; nil for the first.
  ///   - limit: Most entries to return; fewer mean that the end is reached.
  public func entries(space: EmbeddingSpace, after id: String? = nil, limit: Int)
    async throws(StoreError) -> [VolumeEntry]
  {
    try await reading { database, wrongRows in
      var entries: [VolumeEntry] = []
      guard limit > 0 else { return entries }
      let filter = id == nil ? "" : "WHERE id > ?"
      try VolumeRecord.table.forEach(
        "\(filter) ORDER BY id", id.map { [.text($0)] } ?? [], in: database, &wrongRows
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
