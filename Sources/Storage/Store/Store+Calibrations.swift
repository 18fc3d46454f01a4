extension Store {
  /// Maximum number of rows that remember deleted calibrations. The oldest are forgotten first.
  private static let deletedCalibrationLimit = 1000

  /// Returns a model's calibrations, in order of their names' bytes. Runs on the caller's thread.
  public func calibrationsNow(model: String) throws(StoreError) -> [CalibrationRecord] {
    try readingNow { database, wrongRows in
      try CalibrationRecord.table.all(
        "WHERE model = ? AND length(document) > 0 ORDER BY name", [.text(model)], in: database,
        &wrongRows
      ).map(\.record)
    }
  }

  /// Stores a calibration, or replaces the one with the same name and model. Storing the same document again changes
  /// nothing.
  ///
  /// - Parameters:
  ///   - limit: Maximum number of calibrations of the model.
  ///   - committed: Called with the outcome before the next change.
  /// - Returns: `added`, `replaced` or `limitReached`.
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

  /// Stores calibrations whose names the store does not know, not even as deleted ones.
  ///
  /// - Parameters:
  ///   - limit: Maximum number of calibrations of a model.
  ///   - committed: Called with the outcomes before the next change.
  /// - Returns: The outcome of each record. It is `replaced` if the same document was stored already.
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

  /// Deletes a calibration, also on a full disk. Remembers its name.
  ///
  /// - Parameters:
  ///   - time: Now, in seconds since 1970.
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
      // Row numbers only grow, so their difference bounds the number of rows.
      try StoredTable.calibration.delete(
        where: "length(document) = 0 AND number <= (SELECT max(number) FROM calibration) - ?",
        [.integer(Self.deletedCalibrationLimit)], in: database)
      return true
    }
  }

  private static func store(_ record: CalibrationRecord, in database: any StoreConnection) throws {
    // A damaged row of this name also makes way.
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
