import GRDB
import Synchronization

// Deleted data is overwritten with zeros, and each of its pages goes through the log first. A
// deletion works in pieces, each of which empties the log, so that it needs only as much space as
// the reserve has.
extension Store {
  /// The result of one transaction of a deletion.
  private struct Piece: Sendable {
    /// Deleted volumes and reports.
    var ids: [String] = []
    var diagnosisBytes = 0
    var isKnown = false
    /// Whether nothing is left to delete.
    var isLast = true
  }

  /// How much one transaction may still delete.
  private struct Allowance {
    var bytes: Int
    var isUntouched = true

    /// - Returns: Whether the row still fits; the first row always does.
    mutating func take(_ payload: Int) -> Bool {
      // A row also changes pages of indexes.
      let cost = max(payload, 0) + 4 * StoreSchema.pageSize
      guard isUntouched || cost <= bytes else { return false }
      isUntouched = false
      bytes -= min(cost, bytes)
      return true
    }
  }

  private var allowance: Allowance {
    let reserve = reserve?.byteCount ?? 0
    return Allowance(bytes: reserve > 0 ? reserve / 4 : 16 << 20)
  }

  /// Deletes a volume with its diagnoses, and its embeddings unless another volume has the same
  /// input. Deleted data is overwritten with zeros in the file and the log. Works on a full disk if
  /// there is a reserve.
  ///
  /// Many large diagnoses take several steps; the last one deletes the volume. After a failure the
  /// same deletion can be retried.
  ///
  /// - Parameter committed: Called once the volume is deleted, before the next change.
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
        let areDeleted = try Self.delete(
          .diagnosis, where: "volume_id = ?", [.text(id)], &piece, &allowance, in: database)
        guard areDeleted, let known else { return piece }
        try StoredTable.volume.delete(
          where: "number = ?", [.integer(known.number)], in: database)
        try StoredTable.deleteUnshared(inputDigest: known.record.inputDigest, in: database)
        return piece
      } committed: {
        if $0.isLast { committed() }
      }
      if piece.isLast { return piece.isKnown }
    }
  }

  /// Deletes the volumes, diagnoses, reports and ended jobs that are older than `seconds` since
  /// 1970, the oldest first, like ``deleteVolume(id:)``.
  ///
  /// - Parameter committed: Called with deleted ids before the next change; several times if there
  ///   is much to delete.
  /// - Returns: The ids of the volumes and reports.
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

  /// Makes one step of a deletion.
  private func erase(
    _ body: @escaping @Sendable (Database, inout WrongRows) throws -> Piece,
    committed: @escaping @Sendable (Piece) -> Void
  ) async throws(StoreError) -> Piece {
    let noteAndTell: @Sendable (Piece) -> Void = { piece in
      self.shared.withLock { shared in
        if let bytes = shared.diagnosisBytes {
          shared.diagnosisBytes = max(bytes - piece.diagnosisBytes, 0)
        }
      }
      committed(piece)
    }
    return try await writing(erasing: true, committed: noteAndTell, body)
  }

  private static func deleteOldest(
    before seconds: Int, _ allowance: Allowance, in database: Database
  ) throws -> Piece {
    let limit = [SQLValue.integer(seconds)]
    var allowance = allowance
    var piece = Piece()
    func delete(_ table: StoredTable, _ condition: String) throws -> Bool {
      try Self.delete(table, where: condition, limit, &piece, &allowance, in: database)
    }
    guard
      try delete(
        .diagnosis,
        "created_at < ?1 OR volume_id IN (SELECT id FROM volume WHERE created_at < ?1)"),
      try delete(.report, "created_at < ?"), try delete(.job, "ended_at < ?"),
      try delete(.volume, "created_at < ?")
    else { return piece }
    try StoredTable.deleteOrphans(in: database)
    return piece
  }

  /// Deletes as many rows as fit into the piece, which is the last if all do.
  ///
  /// - Returns: Whether all are deleted.
  private static func delete(
    _ table: StoredTable, where condition: String, _ values: [SQLValue], _ piece: inout Piece,
    _ allowance: inout Allowance, in database: Database
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
      if let id = row.id { piece.ids.append(id) }
      if table == .diagnosis { piece.diagnosisBytes += row.bytes }
    }
    return piece.isLast
  }

  /// A row's bytes, and of volumes and reports the id, and of volumes the input's digest.
  private static func columns(of table: StoredTable) -> String {
    switch table {
    case .report: "length(document) + length(floats), id, NULL"
    case .volume:
      """
      length(document) + length(metadata) + coalesce(
        (SELECT length(bytes) FROM voxels WHERE voxels.input_digest = volume.input_digest), 0)
        + coalesce((SELECT 2 * sum(length(floats)) FROM embedding
          WHERE embedding.input_digest = volume.input_digest), 0), id, input_digest
      """
    default: "length(document), NULL, NULL"
    }
  }
}
