extension Store {
  /// Maximum number of rows that record deleted calibrations. The oldest rows are removed first.
  private static let deletedCalibrationLimit = 1000

  /// Stores a calibration. It replaces an existing one with the same name and model. Storing the same document again
  /// changes nothing.
  ///
  /// - Parameters:
  ///   - limit: Maximum number of calibrations of one model.
  ///   - committed: Called with the result before the next change.
  /// - Returns: `added`, `replaced` or `limitReached`.
  /// - Throws: ``StoreError/unfit`` if the document is empty, and the errors of every write.
  public func putCalibration(
    _ record: CalibrationRecord, limit: Int,
    committed: @escaping @Sendable (CalibrationOutcome) -> Void = { _ in }
  ) async throws(StoreError) -> CalibrationOutcome {
    guard !record.document.isEmpty else { throw .unfit }
    return try await writing(isOrdered: true, committed: committed) { database, wrongRows in
      let known = try Self.calibration(record.name, record.model, in: database, &wrongRows)
      if let known, known.document == record.document { return .replaced }
      let isNew = known?.document.isEmpty ?? true
      if isNew, try Self.countCalibrations(record.model, in: database) >= limit {
        return .limitReached
      }
      try Self.store(record, in: database)
      return isNew ? .added : .replaced
    }
  }

  /// Stores those calibrations whose names are unknown to the store. The store also knows the names of deleted
  /// calibrations.
  ///
  /// - Parameters:
  ///   - limit: Maximum number of calibrations of one model.
  ///   - committed: Called with the results before the next change.
  /// - Returns: The result for each record. It is `replaced` if the same document was already stored.
  /// - Throws: ``StoreError/unfit`` if a document is empty, and the errors of every write.
  public func importCalibrations(
    _ records: [CalibrationRecord], limit: Int,
    committed: @escaping @Sendable ([CalibrationOutcome]) -> Void = { _ in }
  ) async throws(StoreError) -> [CalibrationOutcome] {
    guard !records.contains(where: \.document.isEmpty) else { throw .unfit }
    return try await writing(isOrdered: true, committed: committed) { database, wrongRows in
      try records.map { record in
        let known = try Self.calibration(record.name, record.model, in: database, &wrongRows)
        if let known {
          if known.document.isEmpty { return .deleted }
          return known.document == record.document ? .replaced : .differs
        }
        guard try Self.countCalibrations(record.model, in: database) < limit else {
          return .limitReached
        }
        try Self.store(record, in: database)
        return .added
      }
    }
  }

  /// Deletes a calibration but records its name, so that it is not imported again. This also works on a full disk.
  ///
  /// - Parameters:
  ///   - time: The current time, in seconds since 1970.
  ///   - committed: Called after the deletion and before the next change.
  /// - Returns: Whether the calibration existed.
  public func deleteCalibration(
    _ name: String, model: String, at time: Int, committed: @escaping @Sendable () -> Void = {}
  ) async throws(StoreError) -> Bool {
    try await writing(erasing: true, isOrdered: true, committed: { _ in committed() }) {
      database, wrongRows in
      let known = try Self.calibration(name, model, in: database, &wrongRows)
      guard let known, !known.document.isEmpty else { return false }
      try Self.store(
        CalibrationRecord(name: name, model: model, createdAt: time, document: []), in: database)
      // Row numbers only increase, so a difference between row numbers limits the number of rows.
      try StoredTable.calibration.delete(
        where: "length(document) = 0 AND number <= (SELECT max(number) FROM calibration) - ?",
        [.integer(Self.deletedCalibrationLimit)], in: database)
      return true
    }
  }

  private static func store(_ record: CalibrationRecord, in database: any StoreConnection) throws {
    // This also replaces a damaged row with the same name.
    try CalibrationRecord.table.insert(record, or: .replace, in: database)
    database.note(StoreChange(kind: .calibration, id: record.name))
  }

  private static func calibration(
    _ name: String, _ model: String, in database: any StoreConnection,
    _ wrongRows: inout WrongRows
  ) throws -> CalibrationRecord? {
    try CalibrationRecord.table.first(
      "WHERE name = ? AND model = ?", [.text(name), .text(model)], in: database, &wrongRows)?.record
  }

  private static func countCalibrations(_ model: String, in database: any StoreConnection) throws
    -> Int
  {
    try database.integer(
      "SELECT count(*) FROM calibration WHERE model = ? AND length(document) > 0", [.text(model)])
      ?? 0
  }
}

extension StoreSnapshot {
  /// Returns a model's calibrations, sorted by the bytes of their names.
  public func calibrations(model: String) throws -> [CalibrationRecord] {
    try CalibrationRecord.table.all(
      "WHERE model = ? AND length(document) > 0 ORDER BY name", [.text(model)], in: database,
      &wrongRows
    ).map(\.record)
  }
}
