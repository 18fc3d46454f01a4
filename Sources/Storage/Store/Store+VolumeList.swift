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
      var conditions: [String] = []
      var values: [SQLValue] = []
      if let tag {
        conditions.append(
          "number IN (SELECT volume FROM volume_tag WHERE name = ? AND value = ?)")
        values += [.text(tag.name), .text(tag.value)]
      }
      if let cursor {
        conditions.append("(created_at, id) < (?, ?)")
        values += [.integer(cursor.createdAt), .text(cursor.id)]
      }
      let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
      var records: [VolumeRecord] = []
      guard limit > 0 else { return records }
      try database.forEachRow(
        "SELECT \(VolumeTable.columns) \(filter) ORDER BY created_at DESC, id DESC", values
      ) { row in
        guard let record = VolumeTable.record(row) else {
          wrongRows.add(row, in: .volume)
          return true
        }
        records.append(record)
        return records.count < limit
      }
      return records
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
      try database.forEachRow(
        "SELECT \(VolumeTable.columns) \(filter) ORDER BY id", id.map { [.text($0)] } ?? []
      ) { row in
        guard let record = VolumeTable.record(row) else {
          wrongRows.add(row, in: .volume)
          return true
        }
        let embedding = try Self.embedding(
          inputDigest: record.inputDigest, space: space, in: database, &wrongRows)
        if let embedding { entries.append(VolumeEntry(record: record, embedding: embedding)) }
        return entries.count < limit
      }
      return entries
    }
  }
}
