internal import Synchronization

/// Keeps the queue consistent with the store, because other processes may change the jobs in the store.
extension JobQueue {
  private typealias Continuation = AsyncStream<Void>.Continuation

  /// Identifies the state of the queue before the store was read.
  struct Mark: Sendable {
    fileprivate let version: Int
    fileprivate let lastWatcher: Int
  }

  /// An unfinished job in the store.
  struct Open: Sendable {
    let job: Job
    /// The progress of a running job, from 0 to 1; nil if the job is waiting.
    let progress: Double?
    /// Whether a client cancelled the job while it was running.
    var isCancelled = false
  }

  /// A mark of the queue's current state. Get it before reading the store.
  var mark: Mark { state.withLock { Mark(version: $0.version, lastWatcher: $0.nextWatcher) } }

  /// Replaces the queue's jobs with the unfinished jobs of the store, in the order in which they will run. Ends the
  /// streams of jobs that have ended in other processes. Does nothing if the queue has changed since `mark`.
  ///
  /// - Returns: The ids of the jobs that have ended in other processes.
  func take(_ open: [Open], since mark: Mark) -> Set<String> {
    let (gone, ended, changed) = state.withLock { state in
      guard state.version == mark.version else {
        return (Set<String>(), [Continuation](), [Continuation]())
      }
      let running = state.running?.job.id
      let others = open.filter { $0.job.id != running && state.unwritten[$0.job.id] == nil }
      let earlier = state.standings
      state.waiting = others.filter { $0.progress == nil }.map(\.job)
      state.elsewhere = [:]
      for other in others { state.elsewhere[other.job.id] = other.progress }
      let now = state.standings
      let gone = Set(earlier.keys).subtracting(now.keys)
      let ended = state.watchers.flatMap { id, watchers in
        // A job may have been accepted after the store was read. The stream of such a job must not end.
        id == Self.opening || now[id] != nil || id == running
          ? [] : watchers.filter { $0.key <= mark.lastWatcher }.map(\.value)
      }
      let changed = state.watchers.flatMap { id, watchers in
        now[id] == earlier[id] ? [] : watchers.values.map(\.self)
      }
      return (gone, ended, changed)
    }
    for watcher in changed { watcher.yield() }
    for watcher in ended { watcher.finish() }
    return gone
  }
}

extension JobQueue.State {
  /// The number of jobs that are waiting or running.
  var count: Int { waiting.count + elsewhere.count + (running == nil ? 0 : 1) }

  /// Whether the queue contains the job with an id.
  func contains(_ id: String) -> Bool {
    running?.job.id == id || elsewhere[id] != nil || waiting.contains { $0.id == id }
  }

  /// The states of the jobs that are not running in this process.
  fileprivate var standings: [String: JobQueue.Standing] {
    var standings = elsewhere.mapValues { JobQueue.Standing.running(progress: $0) }
    let ahead = count - waiting.count
    for (place, job) in waiting.enumerated() {
      standings[job.id] = .waiting(behind: place + ahead)
    }
    return standings
  }
}
