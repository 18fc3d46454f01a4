internal import Archives
public import Calibrations
public import Storage
internal import Synchronization

/// What became of one of the site's calibrations when the service started.
public struct CalibrationReport: Sendable, Equatable {
  /// What happened.
  public enum Outcome: Sendable, Equatable {
    /// The file was imported into the store.
    case imported
    /// The file was not imported, because the store has another calibration of this name.
    case differs
    /// The file was not imported, because the calibration of this name was deleted from the store.
    case deleted
    /// The file was not imported, because the store failed. The next start tries again.
    case notStored(StoreError)
    /// The file or the stored calibration cannot be used.
    case unusable(CalibrationError)
  }

  /// The name of the file or of the stored calibration.
  public let name: String
  /// What happened.
  public let outcome: Outcome
}

extension DiagnosisService {
  /// Whether the site's calibrations are in the store, which several processes may share. Without a store, or with one
  /// in memory, they are in a folder.
  var storesCalibrations: Bool {
    persistence != .none && store.map { !$0.isTemporary } ?? false
  }

  /// Returns the calibration that a request asks for; nil for no thresholds.
  ///
  /// - Parameter name: `none` for no thresholds, `model` for the calibration next to the weights, or the name of a
  ///   custom calibration. If this is nil, the service's default applies. If the default does not exist, the request
  ///   has no thresholds.
  /// - Throws: ``InferenceError/unknownCalibration``, ``InferenceError/modelLoading``,
  ///   ``InferenceError/selfTestFailed``, and ``InferenceError/store(_:)`` while the store is unreadable.
  public func calibration(named name: String?) throws(InferenceError) -> LoadedCalibration? {
    let model = try requireModel()
    let calibration: LoadedCalibration? =
      switch name ?? standardCalibration {
      case "none": nil
      case "model": model.calibration
      case let site: siteCalibration(named: site)
      }
    let mustExist = name.map { $0 != "none" } ?? false
    guard calibration != nil || !mustExist else {
      if name != "model", storesCalibrations { _ = try requireArchive() }
      throw .unknownCalibration
    }
    return calibration
  }

  /// The site's calibrations that the model can use, sorted by name.
  public var siteCalibrations: [LoadedCalibration] {
    guard storesCalibrations else { return calibrations.all }
    guard let archive, let model = try? requireModel() else { return [] }
    return archive.siteCalibrations.compactMap {
      try? loadedCalibrations.loaded($0, for: model).get()
    }
  }

  /// Returns the site's calibration called `name`; nil if there is none that the model can use.
  public func siteCalibration(named name: String) -> LoadedCalibration? {
    guard storesCalibrations else { return calibrations.named(name) }
    guard let model = try? requireModel(), let record = archive?.calibration(name) else {
      return nil
    }
    return try? loadedCalibrations.loaded(record, for: model).get()
  }

  /// Adds a calibration, or replaces the one of the same name.
  ///
  /// - Returns: True if it is new.
  /// - Throws: `CalibrationError.tooMany` or `CalibrationError.file`, `StoreError`, ``InferenceError``.
  public func putCalibration(_ loaded: LoadedCalibration) async throws -> Bool {
    guard storesCalibrations else { return try await calibrations.put(loaded) }
    let calibration = loaded.calibration
    let outcome = try await requireArchive().putCalibration(
      calibration.name, document: calibration.bytes, at: Self.now(), limit: CalibrationStore.limit)
    guard outcome != .limitReached else {
      throw CalibrationError.tooMany(limit: CalibrationStore.limit)
    }
    return outcome == .added
  }

  /// Removes a calibration.
  ///
  /// - Returns: True if it existed.
  /// - Throws: `CalibrationError.file`, `StoreError`, ``InferenceError``.
  public func removeCalibration(_ name: String) async throws -> Bool {
    guard storesCalibrations else { return try await calibrations.remove(name) }
    return try await requireArchive().deleteCalibration(name, at: Self.now())
  }

  /// What became of the site's calibrations when the model was loaded. Files whose content the store has are left out.
  public var calibrationReports: [CalibrationReport] { importReports.withLock(\.self) }

  /// Imports the folder's calibrations into the store, where no calibration of the same name is or was. Without a store,
  /// the folder stays in use.
  ///
  /// - Parameter archive: The archive of the model; nil if the store is unreadable.
  func importCalibrations(into archive: Archive?, _ model: LoadedModel) async {
    var reports = calibrations.skipped.map {
      CalibrationReport(name: $0.file, outcome: .unusable($0.error))
    }
    if storesCalibrations {
      let files = calibrations.all.map(\.calibration)
      for (file, outcome) in zip(files, await Self.outcomes(of: files, in: archive)) {
        guard let outcome else { continue }
        reports.append(CalibrationReport(name: "\(file.name).json", outcome: outcome))
      }
      for record in archive?.siteCalibrations ?? [] {
        guard case .failure(let error) = loadedCalibrations.loaded(record, for: model) else {
          continue
        }
        reports.append(CalibrationReport(name: record.name, outcome: .unusable(error)))
      }
    }
    importReports.withLock { [reports] in $0 = reports }
  }

  /// Imports files. Returns nil for each file whose content the store has.
  private static func outcomes(
    of files: [Calibration], in archive: Archive?
  ) async -> [CalibrationReport.Outcome?] {
    guard !files.isEmpty else { return [] }
    guard let archive else { return files.map { _ in .notStored(.corrupt) } }
    do throws(StoreError) {
      let outcomes = try await archive.importCalibrations(
        files.map { ($0.name, $0.bytes) }, at: now(), limit: CalibrationStore.limit)
      return outcomes.map { outcome in
        switch outcome {
        case .added: .imported
        case .replaced: nil
        case .differs: .differs
        case .deleted: .deleted
        case .limitReached: .unusable(.tooMany(limit: CalibrationStore.limit))
        }
      }
    } catch {
      return files.map { _ in .notStored(error) }
    }
  }
}

extension DiagnosisService {
  /// Waits until the prompt sets and calibrations that other processes stored before the call are in memory, at most half
  /// a second. If the database does not respond, the last known ones stay in use.
  public func refresh() async { _ = await archive?.refresh() }

  /// Whether other processes may change prompt sets and calibrations.
  public var isFollowing: Bool { archive?.store.isFollowed ?? false }
}
