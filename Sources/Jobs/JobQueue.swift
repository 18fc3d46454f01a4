internal import Inference
internal import Synchronization

/// The jobs that wait, the job that runs here, and those that run in other processes. Jobs run sequentially, in order of
/// arrival.
///
/// The queue is a copy of what the store contains. It does not access the content of jobs or the store. The caller
/// stores a job before adding it, and the worker stores the job's end.
public final class JobQueue: Sendable {
  /// Runs a job and reports its progress, from 0 to 1.
  ///
  /// Returns the job with its end, or without one if another process has taken it over.
  typealias Work = @Sendable (Job, _ progress: @escaping @Sendable (Double) -> Void) async -> Job
  typealias Claim = @Sendable (_ first: Job?) async -> Job?

  /// The state of a job in the queue.
  public enum Standing: Sendable, Equatable {
    /// The job waits, and this many other jobs run before it.
    case waiting(behind: Int)
    /// The job runs. `progress` is the completed fraction of its volume's encoding, from 0 to 1.
    case running(progress: Double)
  }

  struct State {
    var isOpen = false
    /// Places reserved for jobs whose uploads are in progress.
    var taken = 0
    /// Repetition keys of known jobs.
    var keys: Set<[UInt8]> = []
    var waiting: [Job] = []
    var running: Running?
    /// The progress of jobs that run in other processes, from 0 to 1.
    var elsewhere: [String: Double] = [:]
    /// True while the next job is being claimed. Its id is not known yet.
    var isClaiming = false
    /// Jobs that were cancelled while the next job was being claimed.
    var cancelledMeanwhile: Set<String> = []
    /// Number of changes to the jobs of the queue.
    var version = 0
    /// Jobs whose end could not be stored.
    var unwritten: [String: Job] = [:]
    /// Jobs that this program cannot read.
    var skipped: Set<String> = []
    var endings: [String: Int] = ["succeeded": 0, "failed": 0, "cancelled": 0]
    var watchers: [String: [Int: AsyncStream<Void>.Continuation]] = [:]
    var nextWatcher = 0
  }

  struct Running {
    let job: Job
    var progress = 0.0
    var isCancelled = false
    var task: Task<Void, Never>?
  }

  let state = Mutex(State())
  private let arrivals = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

  /// Number of jobs that wait or run.
  public var count: Int { state.withLock(\.count) }

  /// The number of jobs by status. Ended jobs are counted by outcome since the start.
  public var census: [(status: String, count: Int)] {
    state.withLock { state in
      let open = [("queued", state.waiting.count), ("running", state.running == nil ? 0 : 1)]
      return (open + state.endings.sorted { $0.key < $1.key }).map { (status: $0.0, count: $0.1) }
    }
  }

  /// Puts `jobs` into the queue and then lets it accept further jobs.
  func open(with jobs: [Job]) {
    let watchers = state.withLock { state in
      state.waiting = jobs
      state.isOpen = true
      state.version += 1
      return state.watchers.removeValue(forKey: Self.opening)?.values.map(\.self) ?? []
    }
    for watcher in watchers { watcher.finish() }
    arrivals.continuation.yield()
  }

  /// True if the queue accepts jobs.
  var isOpen: Bool { state.withLock(\.isOpen) }

  /// Waits until the queue accepts jobs.
  ///
  /// - Throws: ``InferenceError/cancelled``.
  func untilOpen() async throws(InferenceError) {
    let opening = changes(of: Self.opening)
    if !isOpen { for await _ in opening {} }
    guard isOpen else { throw .cancelled }
  }

  /// The id under which tasks wait for the queue to open. No job has this id.
  static let opening = ""

  /// Reserves a place for a job before its upload arrives.
  ///
  /// - Parameter limit: Maximum number of jobs that may wait while one runs.
  /// - Returns: nil if the queue is full.
  func takePlace(of limit: Int) -> Place? {
    let isTaken = state.withLock { state in
      guard state.count + state.taken <= limit else { return false }
      state.taken += 1
      return true
    }
    return isTaken ? Place { [weak self] in self?.state.withLock { $0.taken -= 1 } } : nil
  }

  /// True if a known job has this repetition key.
  func knows(_ key: [UInt8]) -> Bool { state.withLock { $0.keys.contains(key) } }

  /// Replaces the known keys by `keys` and those of the jobs that wait or run.
  func remember(_ keys: Set<[UInt8]>) {
    state.withLock {
      $0.keys = keys.union(
        ($0.waiting + [$0.running?.job].compactMap(\.self)).compactMap(\.repetitionKey))
    }
  }

  /// Appends a job to the queue and uses the place that was reserved for it.
  func add(_ job: Job, in place: Place) {
    let isHeld = place.use()
    state.withLock { state in
      if isHeld { state.taken -= 1 }
      state.version += 1
      // The job may have been read from the store, or even started, since it was stored.
      if !state.contains(job.id) { state.waiting.append(job) }
      if let key = job.repetitionKey { state.keys.insert(key) }
    }
    arrivals.continuation.yield()
  }

  /// The state of a job; nil if the job neither waits nor runs.
  public func place(of id: String) -> Standing? {
    state.withLock { state in
      if let running = state.running, running.job.id == id {
        return .running(progress: running.progress)
      }
      if let progress = state.elsewhere[id] { return .running(progress: progress) }
      guard let place = state.waiting.firstIndex(where: { $0.id == id }) else { return nil }
      return .waiting(behind: place + state.count - state.waiting.count)
    }
  }

  /// The job with its end, if the end could not be stored; otherwise nil.
  func unwritten(_ id: String) -> Job? { state.withLock { $0.unwritten[id] } }

  /// The ids of jobs that are unfinished in the store but must not run here: their ends could not be stored, or this
  /// program cannot read them.
  var unusableIDs: Set<String> { state.withLock { $0.skipped.union($0.unwritten.keys) } }

  /// Remembers a job that this program cannot read.
  func skip(_ id: String) { state.withLock { _ = $0.skipped.insert(id) } }

  /// Remembers a job whose end could not be stored.
  func holdUnwritten(_ job: Job) { state.withLock { $0.unwritten[job.id] = job } }

  /// Cancels a job.
  ///
  /// - Returns: The job if it was waiting. The caller must store its end. nil if the job is
  ///   unknown, or if it is running and therefore ends by itself.
  func cancel(_ id: String) -> Job? {
    let (job, task): (Job?, Task<Void, Never>?) = state.withLock { state in
      if state.running?.job.id == id {
        state.running?.isCancelled = true
        return (nil, state.running?.task)
      }
      guard let place = state.waiting.firstIndex(where: { $0.id == id }) else { return (nil, nil) }
      state.version += 1
      return (state.waiting.remove(at: place), nil)
    }
    task?.cancel()
    return job
  }

  /// Cancels a job if it runs here or is being claimed.
  func cancelRunning(_ id: String) {
    let task: Task<Void, Never>? = state.withLock { state in
      if state.isClaiming { state.cancelledMeanwhile.insert(id) }
      guard state.running?.job.id == id else { return nil }
      state.running?.isCancelled = true
      return state.running?.task
    }
    task?.cancel()
  }

  /// Stops the work on a job that was lost to another process.
  func abandon(_ id: String) {
    state.withLock { $0.running?.job.id == id ? $0.running?.task : nil }?.cancel()
  }

  /// True if this job is running and was cancelled.
  func isCancelled(_ id: String) -> Bool {
    state.withLock { $0.running?.job.id == id && $0.running?.isCancelled == true }
  }

  /// Yields a value when a job's state may have changed. The stream ends with the job.
  public func changes(of id: String) -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let watcher = state.withLock { state in
        state.nextWatcher += 1
        state.watchers[id, default: [:]][state.nextWatcher] = continuation
        return state.nextWatcher
      }
      continuation.onTermination = { [weak self] _ in
        self?.state.withLock { state in
          state.watchers[id]?[watcher] = nil
          if state.watchers[id]?.isEmpty == true { state.watchers[id] = nil }
        }
      }
    }
  }

  /// Lets the queue look for a job to run.
  func wake() { arrivals.continuation.yield() }

  /// Runs jobs sequentially, forever.
  ///
  /// - Parameter claim: Returns the job to run, given the first one that waits; nil if no job can be run now.
  func work(claim: @escaping Claim = { $0 }, _ work: @escaping Work) async {
    for await _ in arrivals.stream {
      while let job = await begin(claim) {
        let task = Task {
          let ended = await work(job) { [weak self] progress in self?.note(progress, of: job.id) }
          self.end(ended)
        }
        attach(task, to: job.id)
        await task.value
      }
    }
  }

  /// Ends the streams of a job that has ended, and notifies the watchers of waiting jobs. The job's end must be stored.
  func tellEnd(of job: Job) {
    guard let word = job.outcome?.word else { return }
    let (watchers, others) = state.withLock { state in
      state.endings[word, default: 0] += 1
      let others = state.waiting.compactMap { state.watchers[$0.id]?.values }.flatMap(\.self)
      let watchers = state.watchers.removeValue(forKey: job.id)?.values.map(\.self) ?? []
      return (watchers, others)
    }
    for watcher in watchers { watcher.finish() }
    for other in others { other.yield() }
  }

  private func begin(_ claim: Claim) async -> Job? {
    let first = state.withLock { state in
      state.isClaiming = true
      return state.waiting.first
    }
    let job = await claim(first)
    let watchers = state.withLock { state in
      state.isClaiming = false
      defer { state.cancelledMeanwhile = [] }
      guard let job else { return [AsyncStream<Void>.Continuation]() }
      state.waiting.removeAll { $0.id == job.id }
      state.elsewhere[job.id] = nil
      state.running = Running(job: job, isCancelled: state.cancelledMeanwhile.contains(job.id))
      state.version += 1
      return state.watchers[job.id]?.values.map(\.self) ?? []
    }
    for watcher in watchers { watcher.yield() }
    return job
  }

  private func attach(_ task: Task<Void, Never>, to id: String) {
    let isCancelled = state.withLock { state in
      guard state.running?.job.id == id else { return false }
      state.running?.task = task
      return state.running?.isCancelled ?? false
    }
    // The job was cancelled before its task was known.
    if isCancelled { task.cancel() }
  }

  private func note(_ progress: Double, of id: String) {
    let watchers = state.withLock { state in
      guard state.running?.job.id == id else { return [AsyncStream<Void>.Continuation]() }
      state.running?.progress = progress
      return state.watchers[id]?.values.map(\.self) ?? []
    }
    for watcher in watchers { watcher.yield() }
  }

  private func end(_ job: Job) {
    state.withLock { state in
      state.running = nil
      state.version += 1
    }
    tellEnd(of: job)
  }
}
