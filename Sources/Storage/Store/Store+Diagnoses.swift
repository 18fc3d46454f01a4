import Synchronization

extension Store {
  /// Adds a diagnosis of a stored volume, or replaces the diagnosis with the same id.
  ///
  /// - Returns: False if the volume is not stored. Nothing is added then.
  /// - Throws: ``StoreError/lowSpace`` or ``StoreError/quota(bytes:)``, so that diagnoses leave space for other data.
  ///   Also throws the errors of ``addVolume(_:embedding:voxels:space:updatesDocument:committed:)``.
  public func addDiagnosis(_ record: DiagnosisRecord) async throws(StoreError) -> Bool {
    let total = try await writing(
      committed: { self.note(diagnosisBytes: $0) },
      { database, _ in try self.insertDiagnosis(record, in: database) })
    return total != nil
  }

  /// - Returns: Bytes of all diagnoses, for ``note(diagnosisBytes:)``; nil if the volume is not stored.
  func insertDiagnosis(_ record: DiagnosisRecord, in database: any StoreConnection) throws -> Int? {
    let earlier = try DiagnosisTotal.lock(database)
    let volume = try database.integer(
      "SELECT 1 FROM volume WHERE id = ?\(database.sharedLock)", [.text(record.volumeID)])
    guard volume != nil else { return nil }
    let total = try requireRoom(for: record, after: earlier, in: database)
    try DiagnosisRecord.table.insert(record, or: .replace, in: database)
    return total
  }

  /// Remembers the bytes of all diagnoses after a commit.
  func note(diagnosisBytes total: Int?) {
    guard let total, limits.diagnosisBytes > 0 else { return }
    shared.withLock { $0.diagnosisBytes = total }
  }

  /// - Parameter earlier: Bytes of all diagnoses without this one; nil if they must be counted.
  /// - Returns: Bytes of all diagnoses including this one; 0 without a limit.
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

  /// Bytes of all diagnoses. The first call counts them without reading the documents. Later changes update the number.
  private func diagnosisBytes(in database: any StoreConnection) throws -> Int {
    if let known = shared.withLock({ $0.diagnosisBytes }) { return known }
    return try database.integer("SELECT sum(length(document)) FROM diagnosis") ?? 0
  }

  /// Returns diagnoses, newest first. Diagnoses of the same second are in descending order of id.
  ///
  /// - Parameters:
  ///   - cursor: The position after which the list continues; nil for the start.
  ///   - limit: Maximum number of diagnoses to return. If fewer are returned, the end of the list is reached.
  ///   - volumeID: The volume of the diagnoses; nil for all volumes.
  public func diagnoses(
    after cursor: RecordCursor? = nil, limit: Int, volumeID: String? = nil
  ) async throws(StoreError) -> [DiagnosisRecord] {
    let filter = volumeID.map { (sql: "volume_id = ?", values: [SQLValue.text($0)]) }
    return try await reading { database, wrongRows in
      try DiagnosisRecord.table.page(
        after: cursor, limit: limit, filter: filter, in: database, &wrongRows)
    }
  }

  /// Returns the diagnosis with an id.
  public func diagnosis(id: String) async throws(StoreError) -> DiagnosisRecord? {
    try await reading {
      try DiagnosisRecord.table.first("WHERE id = ?", [.text(id)], in: $0, &$1)?.record
    }
  }
}
