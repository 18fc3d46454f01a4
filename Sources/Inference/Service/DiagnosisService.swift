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

/// The use cases of the service: encode and store volumes, score prompts against them, and search the archive. Volumes
/// are encoded one at a time.
public final class DiagnosisService: Sendable {
  /// Limits of a request.
  public let limits: InferenceLimits
  /// Limits of a volume.
  public let volumeLimits: VolumeLimits
  /// The folder of the site's calibrations. If the store contains calibrations, the folder is only imported.
  let calibrations: CalibrationStore
  /// The calibrations of the store.
  let loadedCalibrations = LoadedCalibrations()
  let importReports = Mutex<[CalibrationReport]>([])
  /// The calibration for requests that do not name one: `none`, `model` or the name of a custom calibration.
  public let standardCalibration: String

  /// Which data the service stores by default.
  public let persistence: Persistence

  /// The service that summarizes reports; nil to use only the built-in rules.
  let summarizer: (any ReportSummarizer)?
  /// The queue of volumes.
  let lane: InferenceLane
  /// The queue of texts and searches. It is separate so that they never wait for a volume.
  let lightLane: InferenceLane
  /// Converts DICOM series one at a time; nil if the service refuses DICOM files.
  let series: SeriesConverter?
  let seriesLane: InferenceLane
  /// Counts the crashes that each upload caused.
  let attempts: UploadAttempts
  /// Admits one request for a slice at a time. Such requests therefore hold at most one volume in memory.
  let slicesLine: WaitingLine
  /// Admits one request for heat maps at a time. Such requests therefore hold at most one volume in memory and one
  /// place in the queue of volumes.
  let mapsLine: WaitingLine
  let slicesLane = InferenceLane("slices", capacity: 1)
  let mapsLane = InferenceLane("maps", capacity: 1)
  /// Reads files that are stored.
  let filesLane = InferenceLane("files", capacity: 1)
  /// Cache of recently viewed volumes, maps and files of maps.
  let viewCache: Mutex<ViewCache>
  /// Computations of maps that are running.
  let mapFlights = SingleFlight<[SimilarityMap]>()
  /// Computations of map files that are running.
  let mapFileFlights = SingleFlight<[UInt8]>()
  /// Files that are being stored.
  let fileFlights = SingleFlight<Bool>()
  /// Requested self-tests that are running.
  let selfTests = SingleFlight<SelfTestResult>()
  /// Encodings of volumes that are running.
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

  /// Makes a service without a model. Call ``load(directory:threads:kernels:readsCalibration:)`` to load one.
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

  /// The archive of the loaded model; nil until the model is ready. Also nil if the service has no store or is
  /// configured to store nothing.
  public var archive: Archive? { state.withLock(\.archive) }

  /// Loads a model, runs its self-test, and reads the custom calibrations and the archive.
  ///
  /// - Parameters:
  ///   - kernels: The kernels that the encoders use.
  ///   - readsCalibration: True to read the calibration next to the weights.
  /// - Returns: The error if a store is configured but its archive could not be read; otherwise nil. Diagnoses still
  ///   work in that case.
  /// - Throws: `ModelError`. After a failed self-test, ``modelState`` is ``ModelState/selfTestFailed``.
  @discardableResult
  public func load(
    directory: String, threads: Int, kernels: Kernels = .best, readsCalibration: Bool = true
  ) async throws(ModelError) -> StoreError? {
    // Read the archive while the weights load. Both take about the same time.
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
      // The task was cancelled, so nobody uses the result.
      return nil
    }
    let archive = await reading?.value
    switch outcome {
    case .success(let model):
      let readable = try? archive?.get()
      let isFitting = readable?.space.modelSHA256 == model.model.fingerprint
      await importCalibrations(into: isFitting ? readable : nil, model)
      return use(model, archive)
    case .failure(let error):
      if case .selfTest = error { failSelfTest() }
      throw error
    }
  }

  /// Marks the self-test as failed, so that no more scores are computed.
  func failSelfTest() { state.withLock { $0.model = .selfTestFailed } }

  /// Starts to use the model and, if it was read, the archive. Without a readable archive, diagnoses still work.
  ///
  /// - Returns: The error if the archive could not be read; otherwise nil.
  private func use(_ model: LoadedModel, _ archive: Result<Archive, StoreError>?) -> StoreError? {
    switch archive {
    case .success(let archive)?:
      // The model's files may have been replaced between the two reads. In that case, the archive is not used.
      let fits = archive.space.modelSHA256 == model.model.fingerprint
      if fits { prepare(archive, model) }
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

  private func prepare(_ archive: Archive, _ model: LoadedModel) {
    archive.deriveSearchRows(with: model.model)
    // Data of a deleted volume must not stay in memory.
    archive.onErasure { [weak self, weak archive] in
      guard let self, let archive else { return }
      viewCache.withLock { $0.forget { !archive.isKept($0) } }
    }
  }

  /// Checks the whole store file in the background. If the store had to be rebuilt, the archive is read again, so that
  /// searches find the remaining data.
  ///
  /// - Parameter done: Called with the store's state when the check ends, on another thread.
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
        prepare(archive, loaded)
        state.withLock { $0.archive = archive }
        Task { await importCalibrations(into: archive, loaded) }
      }
    } catch {
      // The store has recorded the error and reports it in its state.
    }
  }

  /// Starts to read a model's archive on a separate thread; returns nil if the service stores nothing.
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

  /// How full each queue is.
  public var queues: [QueueUse] {
    [lane.use, lightLane.use, seriesLane.use, slicesLine.use, mapsLine.use]
  }

  /// The state of the store; nil if the service stores nothing.
  public var storeState: StoreState? { persistence == .none ? nil : store?.state }

  /// Returns the loaded model.
  ///
  /// - Throws: ``InferenceError/modelLoading`` or ``InferenceError/selfTestFailed`` if no model is ready.
  public func requireModel() throws(InferenceError) -> LoadedModel {
    switch modelState {
    case .loading: throw .modelLoading
    case .selfTestFailed: throw .selfTestFailed
    case .ready(let model): return model
    }
  }

  /// Returns the archive.
  ///
  /// - Throws: ``InferenceError/nothingStored`` if the service is configured to store nothing,
  ///   ``InferenceError/store(_:)`` while the store is unreadable, and the errors of ``requireModel()``.
  public func requireArchive() throws(InferenceError) -> Archive {
    _ = try requireModel()
    if let archive { return archive }
    throw store == nil || persistence == .none ? .nothingStored : .store(.corrupt)
  }

  /// Reserves a place in the volumes' queue. Call this before a request's body is received.
  ///
  /// - Parameter allowance: Longest acceptable wait in the queue; nil for no limit.
  /// - Throws: ``InferenceError``.
  public func takePlace(within allowance: Duration? = nil) throws(InferenceError) -> Place {
    _ = try requireModel()
    try requireMemory()
    return try lane.takePlace(within: allowance)
  }

  /// Throws an error if another volume might exhaust the system's memory.
  ///
  /// - Throws: ``InferenceError/memoryShort(reserve:left:)``.
  public func requireMemory() throws(InferenceError) {
    guard limits.memoryReserve > 0, let left = MemoryHeadroom.bytes, left < limits.memoryReserve
    else { return }
    throw .memoryShort(reserve: limits.memoryReserve, left: left)
  }

  /// Expected time to process one volume. Estimated from recent volumes.
  public var volumeTime: Duration { lane.serviceTime }

  /// Returns the expected time until a new volume is processed. `ahead` is the number of volumes that will be processed
  /// first but do not wait in the queue of volumes yet.
  public func expectedTime(behind ahead: Int = 0) -> Duration {
    lane.expectedWait + lane.serviceTime * (ahead + 1)
  }

  /// Tokenizes prompts and checks that they can be scored on any volume.
  ///
  /// - Parameter topK: Number of top-ranked findings to return; nil for all findings.
  /// - Throws: ``InferenceError`` with the first fault.
  public func admit(_ prompts: [Prompt], topK: Int? = nil) throws(InferenceError) -> AdmittedPrompts
  {
    AdmittedPrompts(
      prompts: try requireModel().admit(prompts, topK: topK, limits), topK: topK)
  }

  /// Encodes the volume, scores every prompt against it, and stores the volume if requested.
  ///
  /// - Parameters:
  ///   - place: A place in the volumes' queue that was reserved earlier; nil to take one now.
  ///   - progress: Called with the completed share of the encoding, 0 to 1, on the thread of the volumes' queue.
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

  /// Stores a volume if the request or the default says so.
  ///
  /// - Returns: True if the volume is stored. A failure of the store is not an error: the response contains the
  ///   findings and says that the volume is not stored.
  private func keep(_ volume: EncodedVolume, _ request: DiagnosisRequest) async -> Bool {
    guard let archive else { return false }
    // Another request may have deleted the volume in the meantime.
    if volume.origin == .sameFile {
      guard archive.isKept(volume.id) else { return false }
      if request.persists ?? true { await keepFile(of: volume, from: request.volume) }
      return true
    }
    guard request.persists ?? (persistence != .none) else { return false }
    do {
      _ = try await archive.add(volume, at: Self.now())
      await keepFile(of: volume, from: request.volume)
      return true
    } catch {
      return false
    }
  }

  /// Returns the number of prompts whose texts all had a cached or stored embedding.
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

/// Which data the service stores.
public enum Persistence: String, Sendable, CaseIterable {
  /// The same as `full`, and the file of each volume: as it was sent, or the NIfTI file made from DICOM files.
  case source
  /// Everything: embeddings, geometry, metadata, scores and the texts of reports. For pictures, also the voxels of the
  /// model's input and the embeddings of its patches.
  case full
  /// Embeddings, geometry, metadata and scores, but no texts and no voxels.
  case embeddings
  /// Nothing.
  case none

  /// True if texts of reports are stored, and what pictures are made from.
  var includesPictures: Bool { self == .full || self == .source }
}
