import GRDB

extension Store {
  /// Deletes a volume with its diagnoses, and its embeddings if no other volume has the same input. What is
  /// deleted is overwritten with zeros in the file and the log.
  ///
  /// - Parameter committed: Called once the volume is gone and before the next change is made.
  /// - Returns: Whether there was such a volume.
  public func deleteVolume(
    id: String, committed: @escaping @Sendable () -> Void = {}
  ) async throws(StoreError) -> Bool {
    try await writing(erasing: true, committed: { _ in committed() }) { database, findings in
      let known = try Self.volume(id: id, in: database, &findings)
      try Self.setAsideNow(&findings, in: database)
      try database.run("DELETE FROM diagnosis WHERE volume_id = ?", [.text(id)])
      guard let known else { return false }
      try database.run("DELETE FROM volume WHERE number = ?", [.integer(known.number)])
      try EmbeddingTable.deleteUnshared(inputDigest: known.record.inputDigest, in: database)
      try VoxelTable.deleteUnshared(inputDigest: known.record.inputDigest, in: database)
      return true
    }
  }

  /// Deletes the volumes, diagnoses, reports and ended jobs that are older than `seconds` since 1970, as
  /// ``deleteVolume(id:)`` does.
  ///
  /// - Parameter committed: Called with the ids once all are gone and before the next change is made.
  /// - Returns: The ids of the volumes and reports.
  public func deleteAll(
    createdBefore seconds: Int, committed: @escaping @Sendable ([String]) -> Void = { _ in }
  ) async throws(StoreError) -> [String] {
    let limit = [SQLValue.integer(seconds)]
    return try await writing(erasing: true, committed: committed) { database, _ in
      var ids: [String] = []
      let old = """
        SELECT id FROM volume WHERE created_at < ?1 UNION ALL SELECT id FROM report WHERE created_at < ?1
        """
      try database.forEachRow(old, limit) { row in
        if let id = row.text(0) { ids.append(id) }
        return true
      }
      try database.run(
        """
        DELETE FROM diagnosis WHERE created_at < ?1
          OR volume_id IN (SELECT id FROM volume WHERE created_at < ?1)
        """, limit)
      try database.run("DELETE FROM report WHERE created_at < ?", limit)
      try database.run("DELETE FROM job WHERE ended_at < ?", limit)
      try database.run("DELETE FROM volume WHERE created_at < ?", limit)
      try EmbeddingTable.deleteOrphans(in: database)
      try VoxelTable.deleteOrphans(in: database)
      return ids
    }
  }
}
