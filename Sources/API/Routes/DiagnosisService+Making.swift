internal import Archives
internal import Diagnoses
internal import Inference
internal import Storage

/// A diagnosis that is not stored yet.
struct MadeDiagnosis: Sendable {
  let stamp: DiagnosisStamp
  let diagnosis: StoredDiagnosis
  let volumeID: String
  let isVolumeStored: Bool
  /// False if the request forbids storing the diagnosis.
  let mayBeStored: Bool
  let timings: StageTimings

  /// The diagnosis as a record of the store.
  var record: DiagnosisRecord {
    DiagnosisRecord(
      id: stamp.id, createdAt: stamp.seconds, volumeID: volumeID, document: diagnosis.document)
  }
}

extension DiagnosisService {
  /// Makes a diagnosis and its stored form, but does not store it.
  ///
  /// - Parameters:
  ///   - place: The reserved place in the volumes' queue; nil if none was reserved.
  ///   - received: The time that the upload took to arrive; nil if the request had no upload.
  ///   - start: The end of the request.
  func make(
    _ request: DiagnosisRequest, _ view: DiagnosisView, in place: Place?, received: Duration?,
    since start: ContinuousClock.Instant,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> MadeDiagnosis {
    let diagnosis = try await diagnose(request, in: place, progress: progress)
    let stamp = DiagnosisStamp()
    let stored = StoredDiagnosis(
      diagnosis, model: try requireModel(), view: view, stamp: stamp, received: received,
      total: (received ?? .zero) + (ContinuousClock.now - start))
    return MadeDiagnosis(
      stamp: stamp, diagnosis: stored, volumeID: diagnosis.volume.id,
      isVolumeStored: diagnosis.cache.isStored, mayBeStored: request.persists ?? true,
      timings: diagnosis.timings)
  }

  /// Stores a diagnosis. Its volume must be stored.
  ///
  /// - Throws: ``Problem`` if the diagnosis is not stored, even because the request forbids it.
  func keep(_ made: MadeDiagnosis) async throws {
    let notStored = Problem(.storeUnavailable, "The result could not be stored.")
    guard made.mayBeStored, made.isVolumeStored, let archive else { throw notStored }
    guard try await archive.store.addDiagnosis(made.record) else { throw notStored }
  }

  func promptReading() throws -> PromptReading {
    let model = try requireModel()
    let archive = archive
    return PromptReading(
      template: model.template, siteSet: { archive?.promptSet($0)?.document },
      builtInSet: model.promptSet(named:))
  }
}
