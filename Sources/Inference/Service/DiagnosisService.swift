public import Archives
public import Calibrations
public import DICOM
internal import Dispatch
public import Encoders
internal import Glibc
public import Storage
internal import Synchronization
public import Tensors
public import Volumes

/// The use cases: encodes volumes one at a time and stores them, scores prompts against them, and searches the archive.
public final class DiagnosisService: Sendable {
  /// Limits of a request.
  public let limits: InferenceLimits
  /// Limits of a volume.
  public let volumeLimits: VolumeLimits
  /// The custom calibrations.
  public let calibrations: CalibrationStore
  /// The calibration of requests that name no calibration: `none`, `model` or the name of a custom one.
  public let standardCalibration: String

  /// The data that is stored by default.
  public let persistence: Persistence

  /// The preferred summarizer of reports; nil to use rules only.
  let summarizer: (any ReportSummarizer)?
  /// The queue of volumes.
  let lane: InferenceLane
  /// The queue of texts and searches, which never wait for a volume.
  let lightLane: InferenceLane
  /// Converts DICOM series one at a time; nil if DICOM files are refused.
  let series: SeriesConverter?
  let seriesLane: InferenceLane
  /// Counts the crashes during each upload.
  let attempts: UploadAttempts
  /// Admits requests for slices one at a time, so that they have at most one volume in memory.
  let slicesLine: WaitingLine
  /// Admits requests for heat maps one at a time, so that they have at most one volume in memory,
  /// and at most one piece of work in the queue of volumes.
  let mapsLine: WaitingLine
  let slicesLane = InferenceLane("slices", capacity: 1)
  let mapsLane = InferenceLane("maps", capacity: 1)
  /// Cache of recently viewed volumes and maps.
  let viewCache: Mutex<ViewCache>
  /// The maps of diagnoses that are being made.
  let mapFlights = SingleFlight<[SimilarityMap]>()
  /// The files of maps that are being made.
  let mapFileFlights = SingleFlight<[UInt8]>()
  /// The self-tests on demand that are running.
  let selfTests = SingleFlight<SelfTestResult>()
  /// Volumes that are being encoded.
  let encodings = SingleFlight<EncodedVolume>()
  let store: Store?
  private let state = Mutex(State())

  private struct State {
    var model = ModelState.loading
    var archive: Archive?
  }

  /// The state of the model.
  public enum ModelState: Sendable {
    /// The model's files are being read and checked.
    case loading
    /// The model is in use.
    case ready(LoadedModel)
    /// The model does not reproduce its stored example.
    case selfTestFailed
  }

  /// Makes a service without a model; ``load(directory:threads:readsCalibration:)`` loads one.
  public init(
    limits: InferenceLimits = InferenceLimits(), volumeLimits: VolumeLimits = .standard,
    calibrations: CalibrationStore = CalibrationStore(directory: nil),
    standardCalibration: String = "model", store: Store? = nil,
    persistence: Persistence = .embeddings, summarizer: (any ReportSummarizer)? = nil,
    series: SeriesConverter? = nil, attempts: UploadAttempts = UploadAttempts()
  ) {
    self.attempts = attempts
    self.summarizer = summarizer
    self.series = series
    self.limits = limits
    self.volumeLimits = volumeLimits
    self.calibrations = calibrations
    self.standardCalibration = standardCalibration
    self.store = store
    self.persistence = store == nil ? .none : persistence
    slicesLine = WaitingLine("slices", capacity: limits.slicesQueue)
    mapsLine = WaitingLine("maps", capacity: limits.mapsQueue)
    viewCache = Mutex(ViewCache(fileByteLimit: limits.mapBytes))
    lane = InferenceLane("volumes", capacity: limits.queue)
    lightLane = InferenceLane("texts", capacity: limits.lightQueue)
    seriesLane = InferenceLane("series", capacity: limits.queue)
  }

  /// The current state of the model.
  public var modelState: ModelState { state.withLock(\.model) }

  /// The archive of the loaded model. It is nil until the model is ready, if the service has no
  /// store, and if nothing is stored.
  public var archive: Archive? { state.withLock(\.archive) }

  /// Reads and checks a model directory, runs the model's self-test, and reads the custom calibrations and the archive.
  ///
  /// - Parameters:
  ///   - kernels: The arithmetic of the encoders.
  ///   - readsCalibration: Whether to read the model's own calibration.
  /// - Throws: `ModelError`. After a failed self-test, ``modelState`` is ``ModelState/selfTestFailed``.
  /// - Returns: The error if a store is configured but its archive could not be read; otherwise nil.
  @discardableResult
  public func load(
    directory: String, threads: Int, kernels: Kernels = .best, readsCalibration: Bool = true
  ) async throws(ModelError) -> StoreError? {
    // The archive is read while the weights load, because each takes about as long as the other.
    let reading = try readArchive(of: directory, kernels.compute)
    let outcome: Result<LoadedModel, ModelError>
    do {
      outcome = try await lane.run { [calibrations] _, _ in
        do throws(ModelError) {
          let model = try LoadedModel(
            directory: directory, threads: threads, kernels: kernels,
            readsCalibration: readsCalibration)
          try model.runSelfTest()
          calibrations.read(for: model.model)
          return .success(model)
        } catch {
          return .failure(error)
        }
      }
    } catch {
      // Only a cancelled task gets here. Its result is not used.
      return nil
    }
    let archive = await reading?.value
    switch outcome {
    case .success(let model):
      return use(model, archive)
    case .failure(let error):
      if case .selfTest = error { failSelfTest() }
      throw error
    }
  }

  /// Stops scoring, because scores cannot be trusted.
  func failSelfTest() { state.withLock { $0.model = .selfTestFailed } }

  /// Starts to use the model. The service is ready when the archive is searchable, too. If the
  /// store is not readable, diagnoses still work.
  private func use(_ model: LoadedModel, _ archive: Result<Archive, StoreError>?) -> StoreError? {
    switch archive {
    case .success(let archive)?:
      // The model's files may have been replaced between the two reads. Then nothing is stored with this model.
      let fits = archive.space.modelSHA256 == model.model.fingerprint
      if fits { archive.deriveSearchRows(with: model.model) }
      state.withLock { $0 = State(model: .ready(model), archive: fits ? archive : nil) }
      return nil
    case .failure(let error)?:
      state.withLock { $0.model = .ready(model) }
      return error
    case nil:
      state.withLock { $0.model = .ready(model) }
      return nil
    }
  }

  /// Checks the store's whole file in the background. If the file was damaged and is rebuilt,
  /// searches find the remaining data.
  ///
  /// - Parameter done: Called at the end, on another thread.
  public func startCheckingStore(_ done: @escaping @Sendable (StoreState) -> Void) {
    store?.startChecking { [self] state in
      if case .recovered = state { followRebuiltStore() }
      done(store?.state ?? state)
    }
  }

  private func followRebuiltStore() {
    guard let store, case .ready(let loaded) = modelState else { return }
    do throws(StoreError) {
      if let archive {
        try archive.followLossesNow()
      } else {
        let archive = try Archive(store: store, space: EmbeddingSpace(loaded))
        archive.deriveSearchRows(with: loaded.model)
        state.withLock { $0.archive = archive }
      }
    } catch {
      // The store records the error and shows it in its state.
    }
  }

  /// Starts to read the archive of a model on a separate thread; nil if nothing is stored.
  private func readArchive(
    of directory: String, _ compute: Compute
  ) throws(ModelError) -> Task<Result<Archive, StoreError>, Never>? {
    guard let store, persistence != .none else { return nil }
    let space = try EmbeddingSpace(ModelDirectory(directory), compute)
    return Task {
      await withCheckedContinuation { continuation in
        DispatchQueue(label: "brgsa.archive", qos: .userInitiated).async {
          continuation.resume(
            returning: Result { () throws(StoreError) in try Archive(store: store, space: space) })
        }
      }
    }
  }

  /// The use of the queues.
  public var queues: [QueueUse] {
    [lane.use, lightLane.use, seriesLane.use, slicesLine.use, mapsLine.use]
  }

  /// The state of the store; nil if there is none.
  public var storeState: StoreState? { persistence == .none ? nil : store?.state }

  /// Returns the model. If the model is not ready, throws the reason.
  public func requireModel() throws(InferenceError) -> LoadedModel {
    switch modelState {
    case .loading: throw .modelLoading
    case .selfTestFailed: throw .selfTestFailed
    case .ready(let model): return model
    }
  }

  /// Returns the archive. If the archive is not available, throws the reason.
  ///
  /// - Throws: ``InferenceError/nothingKept`` if the service is configured to store nothing,
  ///   ``InferenceError/modelLoading``, ``InferenceError/selfTestFailed``, and
  ///   ``InferenceError/store(_:)`` while the store is unreadable.
  public func requireArchive() throws(InferenceError) -> Archive {
    _ = try requireModel()
    if let archive { return archive }
    throw store == nil || persistence == .none ? .nothingKept : .store(.corrupt)
  }

  /// Reserves a place in the volumes' queue before a request's body is received.
  ///
  /// - Parameter allowance: Longest acceptable wait in the queue; nil for any.
  /// - Throws: ``InferenceError``.
  public func takePlace(within allowance: Duration? = nil) throws(InferenceError) -> Place {
    _ = try requireModel()
    try requireMemory()
    return try lane.takePlace(within: allowance)
  }

  /// Throws if a further volume might exhaust the system's memory.
  public func requireMemory() throws(InferenceError) {
    guard limits.memoryReserve > 0, let left = MemoryHeadroom.bytes, left < limits.memoryReserve
    else { return }
    throw .memoryShort(reserve: limits.memoryReserve, left: left)
  }

  /// Expected time to process a volume, from the times of recent volumes.
  public var volumeTime: Duration { lane.serviceTime }

  /// Returns the expected time until a new volume is done. `ahead` is the number of volumes that
  /// come before it but wait elsewhere.
  public func expectedTime(behind ahead: Int = 0) -> Duration {
    lane.expectedWait + lane.serviceTime * (ahead + 1)
  }

  /// Tokenizes prompts. Throws if a prompt could not be scored on any volume.
  ///
  /// - Parameter topK: Number of best findings to return; nil for all findings.
  public func admit(_ prompts: [Prompt], topK: Int? = nil) throws(InferenceError) -> AdmittedPrompts
  {
    AdmittedPrompts(
      prompts: try requireModel().admit(prompts, topK: topK, limits), topK: topK)
  }

  /// Scores every prompt against the volume.
  ///
  /// - Parameters:
  ///   - place: A place in the volumes' queue, reserved earlier; nil to take one now.
  ///   - progress: Receives the completed share of the volume's encoding, on the thread of the volumes' queue.
  /// - Throws: ``InferenceError``.
  public func diagnose(
    _ request: DiagnosisRequest, in place: Place? = nil,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws -> Diagnosis {
    let model = try requireModel()
    let prompts = request.prompts.prompts
    let volume = try await encoded(request.volume, in: place, progress: progress)
    let isStored = await keep(volume, request)
    var timings = volume.timings
    var clock = Stopwatch()
    let texts = try await embeddings(
      of: prompts.flatMap(\.allTexts), remembers: true, isAccepted: place != nil)
    timings.encodeText = clock.lap()
    let findings = model.rank(
      prompts, texts.map(\.embedding), against: volume, request.calibration)
    let ranked = await withPercentiles(findings, prompts, texts, volume)
    timings.score = clock.lap()
    Instruments.ended(.score, after: timings.score)
    let hits = Self.promptHits(prompts, texts)
    return Diagnosis(
      volume: volume, findings: Array(ranked.prefix(request.prompts.topK ?? ranked.count)),
      calibration: request.calibration,
      cache: CacheUse(
        isVolumeHit: volume.origin != .encoded, promptHits: hits,
        promptMisses: prompts.count - hits, isStored: isStored),
      timings: timings)
  }

  /// Stores a volume if requested, and returns whether it is stored. If the store fails, the
  /// findings are still returned, and the response says that the volume is not stored.
  private func keep(_ volume: EncodedVolume, _ request: DiagnosisRequest) async -> Bool {
    guard let archive else { return false }
    // The volume may have been deleted by another request.
    if volume.origin == .sameFile { return archive.isKept(volume.id) }
    guard request.persists ?? (persistence != .none) else { return false }
    do {
      _ = try await archive.add(volume, at: Self.now())
      return true
    } catch {
      return false
    }
  }

  /// Number of prompts whose texts were all known.
  private static func promptHits(_ prompts: [AdmittedPrompt], _ texts: [EncodedText]) -> Int {
    var rest = texts[...]
    return prompts.count { prompt in
      let own = rest.prefix(prompt.allTexts.count)
      rest = rest.dropFirst(own.count)
      return own.allSatisfy(\.isHit)
    }
  }

  /// Returns the current time in seconds since 1970.
  package static func now() -> Int { time(nil) }
}

/// The data that the service stores.
public enum Persistence: String, Sendable, CaseIterable {
  /// Embeddings, geometry, metadata and scores, the texts of reports, and for pictures the model's
  /// input voxels and the embeddings of its patches.
  case full
  /// Embeddings, geometry, metadata and scores.
  case embeddings
  /// Nothing.
  case none
}
