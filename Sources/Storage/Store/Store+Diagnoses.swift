import Synchronization

extension Store {
  /// Adds a diagnosis of a stored volume. It replaces an existing diagnosis with the same id.
  ///
  /// - Returns: False if the store does not contain the volume. In this case, nothing is added.
  /// - Throws: ``StoreError/lowSpace`` or ``StoreError/quota(bytes:)``, so that diagnoses leave space for other data.
  ///   Also throws the errors of ``addVolume(_:embedding:voxels:space:updatesDocument:committed:)``.
  public func addDiagnosis(_ record: DiagnosisRecord) async throws(StoreError) -> Bool {
    let total = try await writing(
      committed: { self.note(diagnosisBytes: $0) },
      { database, _ in try self.insertDiagnosis(record, in: database) })
    return total != nil
  }

  /// - Returns: The size in bytes of all diagnoses, for ``note(diagnosisBytes:)``; nil if the store does not contain
  ///   the volume.
  func insertDiagnosis(_ record: DiagnosisRecord, in database: any StoreConnection) throws -> Int? {
    let earlier = try DiagnosisTotal.lock(database)
    let volume = try database.integer(
      "SELECT 1 FROM volume WHERE id = ?\(database.sharedLock)", [.text(record.volumeID)])
    guard volume != nil else { return nil }
    let total = try requireRoom(for: record, after: earlier, in: database)
    try DiagnosisRecord.table.insert(record, or: .replace, in: database)
    return total
  }

  /// Records the size in bytes of all diagnoses after a commit.
  func note(diagnosisBytes total: Int?) {
    guard let total, limits.diagnosisBytes > 0 else { return }
    shared.withLock { $0.diagnosisBytes = total }
  }

  /// Checks that there is enough free space for a diagnosis, and that the quota allows it.
  ///
  /// - Parameter earlier: The size in bytes of all diagnoses before this one is added; nil if it must be computed.
  /// - Returns: The size in bytes of all diagnoses including this one; 0 without a quota.
  private func requireRoom(
    for record: DiagnosisRecord, after earlier: Int?, in database: any StoreConnection
  ) throws -> Int {
    let bytes = record.document.count
    try engine.requireRoom(forOptional: bytes, in: database)
    guard limits.diagnosisBytes > 0 else { return 0 }
    let replaced = try database.integer(
      "SELECT length(document) FROM diagnosis WHERE id = ?", [.text(record.id)])
    let total = try (earlier ?? diagnosisBytes(in: database)) - (replaced ?? 0) + bytes
    guard total <= limits.diagnosisBytes else {
      throw StoreError.quota(bytes: limits.diagnosisBytes)
    }
    return total
  }

  /// Returns the size in bytes of all diagnoses. The first call computes it without reading the documents. Later
  /// changes update the number.
  private func diagnosisBytes(in database: any StoreConnection) throws -> Int {
    if let known = shared.withLock({ $0.diagnosisBytes }) { return known }
    return try database.integer("SELECT sum(length(document)) FROM diagnosis") ?? 0
  }

  /// Returns diagnoses, newest first. Diagnoses from the same second are in descending order of id.
  ///
  /// - Parameters:
  ///   - cursor: The position after which the list continues; nil to start at the beginning.
  ///   - limit: Maximum number of diagnoses to return. A shorter result means that no diagnoses follow.
  ///   - volumeID: The volume whose diagnoses to return; nil for all volumes.
  public func diagnoses(
    after cursor: RecordCursor? = nil, limit: Int, volumeID: String? = nil
  ) async throws(StoreError) -> [DiagnosisRecord] {
    let filter = volumeID.map { (sql: "volume_id = ?", values: [SQLValue.text($0)]) }
    return try await reading { database, wrongRows in
      try DiagnosisRecord.table.page(
        after: cursor, limit: limit, filter: filter, in: database, &wrongRows)
    }
  }

  /// Returns the diagnosis with an id; nil if it does not exist.
  public func diagnosis(id: String) async throws(StoreError) -> DiagnosisRecord? {
    try await reading {
      try DiagnosisRecord.table.first("WHERE id = ?", [.text(id)], in: $0, &$1)?.record
    }
  }
}
