internal import Synchronization

/// Keeps the queue equal to what the store contains, because other processes may change that.
extension JobQueue {
  private typealias Continuation = AsyncStream<Void>.Continuation

  /// What the queue contained before the store was read.
  struct Mark: Sendable {
    fileprivate let version: Int
    fileprivate let lastWatcher: Int
  }

  /// An unfinished job in the store.
  struct Open: Sendable {
    let job: Job
    /// The progress of a running job, from 0 to 1; nil if the job waits.
    let progress: Double?
    /// True if a client has cancelled the job while it runs.
    var isCancelled = false
  }

  /// Marks the state of the queue. Call this before the store is read.
  var mark: Mark { state.withLock { Mark(version: $0.version, lastWatcher: $0.nextWatcher) } }

  /// Takes over the unfinished jobs of the store, in the order in which they will run. Ends the streams of jobs that
  /// have ended in other processes. Does nothing if the queue has changed since `mark`.
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
        // The stream of a job that was accepted after the store was read does not end.
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
  /// Number of jobs that wait or run.
  var count: Int { waiting.count + elsewhere.count + (running == nil ? 0 : 1) }

  /// True if the queue contains a job.
  func contains(_ id: String) -> Bool {
    running?.job.id == id || elsewhere[id] != nil || waiting.contains { $0.id == id }
  }

  /// The states of the jobs that do not run here.
  fileprivate var standings: [String: JobQueue.Standing] {
    var standings = elsewhere.mapValues { JobQueue.Standing.running(progress: $0) }
    let ahead = count - waiting.count
    for (place, job) in waiting.enumerated() {
      standings[job.id] = .waiting(behind: place + ahead)
    }
    return standings
  }
}
