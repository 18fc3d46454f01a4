internal import Calibrations
internal import Storage
internal import Synchronization

/// Caches the loaded forms of stored calibrations, so that each document is checked against the model once.
final class LoadedCalibrations: Sendable {
  typealias Loaded = Result<LoadedCalibration, CalibrationError>

  private let known = Mutex<[String: (document: [UInt8], loaded: Loaded)]>([:])

  /// Returns the loaded form of a record, or the reason why the model cannot use it.
  func loaded(_ record: CalibrationRecord, for model: LoadedModel) -> Loaded {
    let cached = known.withLock { $0[record.name] }
    if let cached, cached.document == record.document { return cached.loaded }
    let loaded = Loaded { () throws(CalibrationError) in
      try model.load(Calibration(parsing: record.document), source: .site)
    }
    known.withLock { known in
      // Names of deleted calibrations must not fill the memory.
      if known.count >= 2 * CalibrationStore.limit { known = [:] }
      known[record.name] = (record.document, loaded)
    }
    return loaded
  }
}
