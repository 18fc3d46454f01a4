internal import Inference
internal import Synchronization

/// The queue of waiting and running jobs. It also contains jobs that run in other processes. Jobs run sequentially, in
/// order of arrival.
///
/// The queue is a copy of the unfinished jobs in the store. It accesses neither the content of jobs nor the store. The
/// caller must store a job before adding it, and the worker must store the job's end.
public final class JobQueue: Sendable {
  /// Runs a job and reports its progress, from 0 to 1.
  ///
  /// Returns the job with its end. If another process has taken over the job, returns the job without an end.
  typealias Work = @Sendable (Job, _ progress: @escaping @Sendable (Double) -> Void) async -> Job
  typealias Claim = @Sendable (_ first: Job?) async -> Job?

  /// The state of a job in the queue.
  public enum Standing: Sendable, Equatable {
    /// The job is waiting. `behind` is the number of jobs that run before it.
    case waiting(behind: Int)
    /// The job is running. `progress` is the completed fraction of its volume's encoding, from 0 to 1.
    case running(progress: Double)
  }

  struct State {
    var isOpen = false
    /// The number of places reserved for jobs whose uploads are still in progress.
    var taken = 0
    /// Repetition keys of known jobs.
    var keys: Set<[UInt8]> = []
    var waiting: [Job] = []
    var running: Running?
    /// The progress of each job that runs in another process, from 0 to 1, by job id.
    var elsewhere: [String: Double] = [:]
    /// Whether the next job is being claimed. Its id is unknown during this time.
    var isClaiming = false
    /// The ids of jobs that were cancelled while the next job was being claimed.
    var cancelledMeanwhile: Set<String> = []
    /// The number of changes to the queue's jobs.
    var version = 0
    /// Jobs whose ends could not be stored, by id.
    var unwritten: [String: Job] = [:]
    /// The ids of jobs that this program cannot read.
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

  /// The number of jobs that are waiting or running.
  public var count: Int { state.withLock(\.count) }

  /// The number of jobs by status. The counts of ended jobs start when the process starts.
  public var census: [(status: String, count: Int)] {
    state.withLock { state in
      let open = [("queued", state.waiting.count), ("running", state.running == nil ? 0 : 1)]
      return (open + state.endings.sorted { $0.key < $1.key }).map { (status: $0.0, count: $0.1) }
    }
  }

  /// Adds `jobs` to the queue, and then allows it to accept further jobs.
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

  /// Whether the queue accepts jobs.
  var isOpen: Bool { state.withLock(\.isOpen) }

  /// Waits until the queue accepts jobs.
  ///
  /// - Throws: ``InferenceError/cancelled`` if the task is cancelled first.
  func untilOpen() async throws(InferenceError) {
    let opening = changes(of: Self.opening)
    if !isOpen { for await _ in opening {} }
    guard isOpen else { throw .cancelled }
  }

  /// The watcher id for tasks that wait until the queue accepts jobs. No job has this id.
  static let opening = ""

  /// Reserves a place for a job before its upload arrives.
  ///
  /// - Parameter limit: Maximum number of jobs that may wait while one job is running.
  /// - Returns: The place; nil if the queue is full.
  func takePlace(of limit: Int) -> Place? {
    let isTaken = state.withLock { state in
      guard state.count + state.taken <= limit else { return false }
      state.taken += 1
      return true
    }
    return isTaken ? Place { [weak self] in self?.state.withLock { $0.taken -= 1 } } : nil
  }

  /// Whether a known job has this repetition key.
  func knows(_ key: [UInt8]) -> Bool { state.withLock { $0.keys.contains(key) } }

  /// Replaces the known repetition keys with `keys` and the keys of jobs that are waiting or running.
  func remember(_ keys: Set<[UInt8]>) {
    state.withLock {
      $0.keys = keys.union(
        ($0.waiting + [$0.running?.job].compactMap(\.self)).compactMap(\.repetitionKey))
    }
  }

  /// Appends a job to the queue and uses up the place that was reserved for it.
  func add(_ job: Job, in place: Place) {
    let isHeld = place.use()
    state.withLock { state in
      if isHeld { state.taken -= 1 }
      state.version += 1
      // After the job was stored, it may already have been read from the store or even started.
      if !state.contains(job.id) { state.waiting.append(job) }
      if let key = job.repetitionKey { state.keys.insert(key) }
    }
    arrivals.continuation.yield()
  }

  /// Returns the state of a job in the queue; nil if the job is neither waiting nor running.
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

  /// Returns the job with its end if this end could not be stored; otherwise nil.
  func unwritten(_ id: String) -> Job? { state.withLock { $0.unwritten[id] } }

  /// The ids of jobs that are unfinished in the store but must not run in this process. Either their ends could not be
  /// stored, or this program cannot read them.
  var unusableIDs: Set<String> { state.withLock { $0.skipped.union($0.unwritten.keys) } }

  /// Records a job that this program cannot read.
  func skip(_ id: String) { state.withLock { _ = $0.skipped.insert(id) } }

  /// Holds a job in memory, because its end could not be stored.
  func holdUnwritten(_ job: Job) { state.withLock { $0.unwritten[job.id] = job } }

  /// Cancels a job that is waiting or runs in this process.
  ///
  /// - Returns: The job if it was waiting. The caller must store its end. Returns nil if the job is unknown. Also
  ///   returns nil if the job is running, because its task then stores the end.
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

  /// Cancels a job if it runs in this process or is being claimed.
  func cancelRunning(_ id: String) {
    let task: Task<Void, Never>? = state.withLock { state in
      if state.isClaiming { state.cancelledMeanwhile.insert(id) }
      guard state.running?.job.id == id else { return nil }
      state.running?.isCancelled = true
      return state.running?.task
    }
    task?.cancel()
  }

  /// Stops work on a job that another process has taken over.
  func abandon(_ id: String) {
    state.withLock { $0.running?.job.id == id ? $0.running?.task : nil }?.cancel()
  }

  /// Whether a job is running in this process and has been cancelled.
  func isCancelled(_ id: String) -> Bool {
    state.withLock { $0.running?.job.id == id && $0.running?.isCancelled == true }
  }

  /// Returns a stream that yields a value when the state of a job may have changed. The stream ends when the job ends.
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

  /// Makes the queue look for a job to run.
  func wake() { arrivals.continuation.yield() }

  /// Runs jobs one after another until the task is cancelled.
  ///
  /// - Parameters:
  ///   - claim: Receives the first waiting job and returns the job to run; nil if no job can run now.
  ///   - work: Runs the job.
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

  /// Ends the streams of a job that has ended, and notifies the watchers of waiting jobs. The end of the job must
  /// already be stored.
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
    // The job was cancelled before its task was attached.
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
