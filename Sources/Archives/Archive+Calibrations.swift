public import Storage
internal import Synchronization

extension Archive {
  /// The site's calibrations for this model, sorted by name.
  public var siteCalibrations: [CalibrationRecord] {
    calibrations.withLock { Array($0.values) }
      .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// Returns the site's calibration called `name`; nil if there is none for this model.
  public func calibration(_ name: String) -> CalibrationRecord? {
    calibrations.withLock { $0[name] }
  }

  /// Adds or replaces a calibration.
  ///
  /// - Parameter limit: Maximum number of calibrations of a model.
  /// - Returns: `added`, `replaced` or `limitReached`.
  public func putCalibration(
    _ name: String, document: [UInt8], at time: Int, limit: Int
  ) async throws(StoreError) -> CalibrationOutcome {
    let record = CalibrationRecord(
      name: name, model: space.modelSHA256, createdAt: time, document: document)
    return try await store.putCalibration(record, limit: limit) { [self] outcome in
      take([record], [outcome])
    }
  }

  /// Adds calibrations whose names the store does not know, not even as deleted ones.
  ///
  /// - Returns: The outcome of each calibration.
  public func importCalibrations(
    _ documents: [(name: String, document: [UInt8])], at time: Int, limit: Int
  ) async throws(StoreError) -> [CalibrationOutcome] {
    let records = documents.map {
      CalibrationRecord(
        name: $0.name, model: space.modelSHA256, createdAt: time, document: $0.document)
    }
    return try await store.importCalibrations(records, limit: limit) { [self] outcomes in
      take(records, outcomes)
    }
  }

  /// Deletes a calibration.
  ///
  /// - Returns: True if the calibration existed.
  public func deleteCalibration(_ name: String, at time: Int) async throws(StoreError) -> Bool {
    try await store.deleteCalibration(name, model: space.modelSHA256, at: time) { [self] in
      calibrations.withLock { $0[name] = nil }
    }
  }

  /// Reads the calibrations from the store, and replaces those in memory.
  func readCalibrations(from snapshot: StoreSnapshot) throws {
    var read: [String: CalibrationRecord] = [:]
    for record in try snapshot.calibrations(model: space.modelSHA256) { read[record.name] = record }
    calibrations.withLock { [read] in $0 = read }
  }

  /// Takes over the records that were stored.
  private func take(_ records: [CalibrationRecord], _ outcomes: [CalibrationOutcome]) {
    calibrations.withLock { calibrations in
      for (record, outcome) in zip(records, outcomes)
      where outcome == .added || outcome == .replaced {
        calibrations[record.name] = record
      }
    }
  }
}
