public import Encoders
internal import Synchronization
public import Volumes

/// The use case: a volume and prompts in, ranked findings out, one volume at a time.
public final class DiagnosisService: Sendable {
  /// What a request may ask for.
  public let limits: InferenceLimits
  /// What a volume may measure.
  public let volumeLimits: VolumeLimits
  /// The site's own calibrations.
  public let calibrations: CalibrationStore
  /// The calibration of requests that name none: `none`, `model` or the name of a site's own.
  public let standardCalibration: String

  private let lane: InferenceLane
  private let state = Mutex(ModelState.loading)

  /// Where the model stands.
  public enum ModelState: Sendable {
    /// Its files are being read and checked.
    case loading
    /// It is used.
    case ready(LoadedModel)
    /// It was read, and does not reproduce its stored example.
    case selfTestFailed
  }

  /// A service without a model; ``load(directory:threads:readsCalibration:)`` brings one.
  public init(
    limits: InferenceLimits = InferenceLimits(), volumeLimits: VolumeLimits = .standard,
    calibrations: CalibrationStore = CalibrationStore(directory: nil),
    standardCalibration: String = "model"
  ) {
    self.limits = limits
    self.volumeLimits = volumeLimits
    self.calibrations = calibrations
    self.standardCalibration = standardCalibration
    lane = InferenceLane(capacity: limits.queue)
  }

  /// Where the model stands now.
  public var modelState: ModelState { state.withLock { $0 } }

  /// Reads and checks a model directory, runs its self-test and reads the site's calibrations.
  ///
  /// - Parameter readsCalibration: Whether the model's own calibration is wanted.
  /// - Throws: `ModelError`; after a failed self-test the state says so, too.
  public func load(
    directory: String, threads: Int, readsCalibration: Bool = true
  ) async throws(ModelError) {
    let outcome: Result<LoadedModel, ModelError>
    do throws(InferenceError) {
      outcome = try await lane.run { [calibrations] _, _ in
        Result { () throws(ModelError) in
          let model = try LoadedModel(
            directory: directory, threads: threads, readsCalibration: readsCalibration)
          try model.runSelfTest()
          calibrations.read(for: model)
          return model
        }
      }
    } catch {
      // Only a task that was cancelled comes here; there is no one left to tell.
      return
    }
    switch outcome {
    case .success(let model): state.withLock { $0 = .ready(model) }
    case .failure(let error):
      if case .selfTest = error { state.withLock { $0 = .selfTestFailed } }
      throw error
    }
  }

  /// The model, or why there is none.
  public func requireModel() throws(InferenceError) -> LoadedModel {
    switch modelState {
    case .loading: throw .modelLoading
    case .selfTestFailed: throw .selfTestFailed
    case .ready(let model): return model
    }
  }

  /// Refuses early what could not be served anyway: before a body is read.
  public func requireCapacity() throws(InferenceError) {
    _ = try requireModel()
    try lane.requireRoom()
  }

  /// Refuses prompts that could not be scored on any volume: before a body is read.
  public func requireAdmissible(_ prompts: [Prompt], topK: Int?) throws(InferenceError) {
    _ = try requireModel().admit(prompts, topK: topK, limits)
  }

  /// Scores every prompt against the volume.
  ///
  /// - Parameter progress: The share of the volume's encoding that is done, from the lane's thread.
  /// - Throws: ``InferenceError``.
  public func diagnose(
    _ request: DiagnosisRequest, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws(InferenceError) -> Diagnosis {
    let model = try requireModel()
    let admitted = try model.admit(request, limits, volumeLimits)
    return try await lane.run { waited, isCancelled throws(InferenceError) in
      try model.diagnose(
        admitted, waited: waited, isCancelled: isCancelled, progress: progress)
    }
  }
}
