internal import CheckedNumbers
internal import Formats
internal import Storage
internal import Synchronization

/// The times of a process's leases.
struct LeaseTimes: Sendable {
  /// Seconds after which other processes may claim a job whose lease was not renewed.
  var lease = 30
  /// Time between two renewals.
  var heartbeat = Duration.seconds(10)
  /// Time between two readings of the queue in the store.
  var poll = Duration.seconds(2)
  /// Shortest time between two readings, and between two attempts to reach the store.
  var pause = Duration.milliseconds(200)
}

/// The jobs that this process has claimed in a store. A process runs one job at a time.
final class LeasedJobs: Sendable {
  let times: LeaseTimes
  /// A random id of this process.
  private let owner = RandomID.make(prefix: "process_")
  private let state = Mutex(State())

  private struct State {
    var isStopped = false
    var claimed: ClaimedJob?
  }

  init(_ times: LeaseTimes = LeaseTimes()) { self.times = times }

  /// Claims the next job; nil if no job waits or the process stops.
  ///
  /// - Parameter ids: Jobs that are not claimed.
  func claim(in store: Store, except ids: Set<String>) async throws -> ClaimedJob? {
    guard !state.withLock(\.isStopped) else { return nil }
    let claimed = try await store.claimJob(owner: owner, lease: times.lease, except: ids)
    state.withLock { $0.claimed = claimed }
    return claimed
  }

  /// The claimed job with an id.
  func claimed(_ id: String) -> ClaimedJob? {
    state.withLock { $0.claimed?.record.id == id ? $0.claimed : nil }
  }

  /// Renews a lease until it is lost or the task is cancelled.
  ///
  /// - Parameters:
  ///   - progress: Returns the job's progress, from 0 to 1.
  ///   - found: Called when the lease is lost, or when a client has cancelled the job.
  func renew(
    _ lease: JobLease, in store: @Sendable () -> Store?, progress: @Sendable () -> Double,
    found: @Sendable (LeaseRenewal) -> Void
  ) async {
    while (try? await Task.sleep(for: times.heartbeat)) != nil {
      // While the store fails, no process can claim the job.
      let renewal = try? await store()?.renewLease(
        lease, for: times.lease, progress: Int(nearest: progress() * 1000, clampedTo: 0...1000))
      guard let renewal, renewal != .held else { continue }
      found(renewal)
      if renewal == .lost { return }
    }
  }

  /// Claims no more jobs, and gives the claimed ones back to the store without counting their starts.
  func release(in store: Store) async {
    state.withLock { $0.isStopped = true }
    try? await store.releaseLeases(owner: owner)
  }
}
