import Synchronization

// Deleted data is overwritten with zeros. Each changed page is first written to the write-ahead log. A large deletion
// is therefore divided into several transactions, and the log is emptied after each one. This way, the reserve has
// enough space for any deletion.
extension Store {
  /// The result of one transaction of a deletion.
  private struct Piece: Sendable {
    /// The ids of the deleted volumes and reports.
    var ids: [String] = []
    var diagnosisBytes = 0
    var isKnown = false
    /// Whether nothing is left to delete.
    var isLast = true
  }

  /// The amount of data that one transaction may still delete.
  private struct Allowance {
    var bytes: Int
    var isUntouched = true

    /// - Returns: Whether this transaction may delete the row. The first row is always allowed.
    mutating func take(_ payload: Int) -> Bool {
      // Deleting a row also changes pages of its indexes.
      let cost = max(payload, 0) + 4 * StoreSchema.pageSize
      guard isUntouched || cost <= bytes else { return false }
      isUntouched = false
      bytes -= min(cost, bytes)
      return true
    }
  }

  private var allowance: Allowance {
    let reserve = engine.reserveBytes
    return Allowance(bytes: reserve > 0 ? reserve / 4 : 16 << 20)
  }

  /// Deletes a volume with its diagnoses and its file. Also deletes the data of its input, such as embeddings and
  /// voxels, unless another volume has the same input. Deleted data is overwritten with zeros in the file and the log.
  /// If there is a reserve, the deletion also works on a full disk.
  ///
  /// Deleting many large diagnoses or a large file takes several transactions. The last transaction deletes the volume.
  /// If the deletion fails, it can be repeated.
  ///
  /// - Parameter committed: Called after the volume is deleted and before the next change.
  /// - Returns: Whether the volume existed.
  public func deleteVolume(
    id: String, committed: @escaping @Sendable () -> Void = {}
  ) async throws(StoreError) -> Bool {
    while true {
      let piece = try await erase { database, wrongRows in
        var piece = Piece()
        var allowance = self.allowance
        let known = try Self.volume(id: id, in: database, &wrongRows)
        piece.isKnown = known != nil
        try wrongRows.setAside(in: database)
        for table in [StoredTable.source, .diagnosis] {
          guard
            try Self.delete(
              table, where: "volume_id = ?", [.text(id)], &piece, &allowance, in: database)
          else { return piece }
        }
        guard let known else { return piece }
        try StoredTable.volume.delete(
          where: "number = ?", [.integer(known.number)], in: database)
        try Self.deleteLateRows(ofVolume: id, in: database)
        try StoredTable.deleteUnshared(inputDigest: known.record.inputDigest, in: database)
        database.note(StoreChange(kind: .volume, id: id))
        return piece
      } committed: {
        if $0.isLast { committed() }
      }
      if piece.isLast { return piece.isKnown }
    }
  }

  /// Deletes volumes, diagnoses and reports that were created before a time, and jobs that ended before it. Also
  /// deletes all diagnoses and files of the deleted volumes. The data is overwritten as in
  /// ``deleteVolume(id:committed:)``.
  ///
  /// - Parameters:
  ///   - seconds: The time limit, in seconds since 1970.
  ///   - committed: Called with the deleted ids before the next change. A large deletion calls it several times.
  /// - Returns: The ids of the deleted volumes and reports.
  public func deleteAll(
    createdBefore seconds: Int, committed: @escaping @Sendable ([String]) -> Void = { _ in }
  ) async throws(StoreError) -> [String] {
    var ids: [String] = []
    while true {
      let piece = try await erase { database, _ in
        try Self.deleteOldest(before: seconds, self.allowance, in: database)
      } committed: {
        committed($0.ids)
      }
      ids += piece.ids
      if piece.isLast { return ids }
    }
  }

  /// Runs one transaction of a deletion and updates the size of all diagnoses.
  private func erase(
    _ body: @escaping @Sendable (any StoreConnection, inout WrongRows) throws -> Piece,
    committed: @escaping @Sendable (Piece) -> Void
  ) async throws(StoreError) -> Piece {
    let count: @Sendable (Piece) -> Void = { piece in
      self.shared.withLock { shared in
        if let bytes = shared.diagnosisBytes {
          shared.diagnosisBytes = max(bytes - piece.diagnosisBytes, 0)
        }
      }
    }
    return try await writing(
      erasing: true, isOrdered: true, counted: count, committed: committed, body)
  }

  private static func deleteOldest(
    before seconds: Int, _ allowance: Allowance, in database: any StoreConnection
  ) throws -> Piece {
    let limit = [SQLValue.integer(seconds)]
    var allowance = allowance
    var piece = Piece()
    func delete(_ table: StoredTable, _ condition: String) throws -> Bool {
      try Self.delete(table, where: condition, limit, &piece, &allowance, in: database)
    }
    guard
      try delete(.source, "volume_id IN (SELECT id FROM volume WHERE created_at < ?)"),
      try delete(
        .diagnosis,
        "created_at < ?1 OR volume_id IN (SELECT id FROM volume WHERE created_at < ?1)"),
      try delete(.report, "created_at < ?"), try delete(.job, "ended_at < ?"),
      try delete(.volume, "created_at < ?")
    else { return piece }
    try StoredTable.deleteOrphans(in: database)
    return piece
  }

  /// Deletes as many matching rows as the allowance permits. Sets `piece.isLast` to whether all of them were deleted.
  ///
  /// - Returns: Whether all matching rows were deleted.
  private static func delete(
    _ table: StoredTable, where condition: String, _ values: [SQLValue], _ piece: inout Piece,
    _ allowance: inout Allowance, in database: any StoreConnection
  ) throws -> Bool {
    var rows: [(number: Int, bytes: Int, id: String?, digest: [UInt8]?)] = []
    piece.isLast = true
    try database.forEachRow(
      "SELECT number, \(columns(of: table)) FROM \(table.rawValue) WHERE \(condition)", values
    ) { row in
      guard let number = row.integer(0) else { return true }
      let bytes = row.integer(1) ?? 0
      piece.isLast = allowance.take(bytes)
      if piece.isLast { rows.append((number, bytes, row.text(2), row.bytes(3))) }
      return piece.isLast
    }
    for row in rows {
      try table.delete(where: "number = ?", [.integer(row.number)], in: database)
      if let digest = row.digest {
        try StoredTable.deleteUnshared(inputDigest: digest, in: database)
      }
      if let id = row.id {
        piece.ids.append(id)
        database.note(StoreChange(kind: table == .volume ? .volume : .report, id: id))
        if table == .volume { try deleteLateRows(ofVolume: id, in: database) }
      }
      if table == .diagnosis { piece.diagnosisBytes += row.bytes }
    }
    return piece.isLast
  }

  /// Deletes what another process may have added to a volume just before this transaction locked the volume.
  private static func deleteLateRows(
    ofVolume id: String, in database: any StoreConnection
  ) throws {
    for table in [StoredTable.source, .diagnosis] {
      try table.delete(where: "volume_id = ?", [.text(id)], in: database)
    }
  }

  /// Returns the SQL for three columns: a row's size in bytes, its id, and the digest of its input. Only volumes and
  /// reports have an id here, and only volumes have a digest.
  private static func columns(of table: StoredTable) -> String {
    switch table {
    case .source: "length(bytes), NULL, NULL"
    case .report: "length(document) + length(floats), id, NULL"
    case .volume:
      """
      length(document) + length(metadata) + coalesce(
        (SELECT length(bytes) FROM voxels WHERE voxels.input_digest = volume.input_digest), 0)
        + coalesce((SELECT sum(length(bytes)) FROM patches
          WHERE patches.input_digest = volume.input_digest), 0)
        + coalesce((SELECT 2 * sum(length(floats)) FROM embedding
          WHERE embedding.input_digest = volume.input_digest), 0), id, input_digest
      """
    default: "length(document), NULL, NULL"
    }
  }
}
