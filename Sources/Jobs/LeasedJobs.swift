internal import CheckedNumbers
internal import Formats
internal import Storage
internal import Synchronization

/// The times that control a process's leases.
struct LeaseTimes: Sendable {
  /// The duration of a lease in seconds. After this time without a renewal, other processes may claim the job.
  var lease = 30
  /// The time between two renewals of a lease.
  var heartbeat = Duration.seconds(10)
  /// The time between two regular reads of the store's queue.
  var poll = Duration.seconds(2)
  /// The minimum time between two reads of the queue, and between two attempts to reach the store.
  var pause = Duration.milliseconds(200)
}

/// The job that this process has claimed from a store. A process runs one job at a time.
final class LeasedJobs: Sendable {
  let times: LeaseTimes
  /// The random id of this process.
  private let owner = RandomID.make(prefix: "process_")
  private let state = Mutex(State())

  private struct State {
    var isStopped = false
    var claimed: ClaimedJob?
  }

  init(_ times: LeaseTimes = LeaseTimes()) { self.times = times }

  /// Claims the next job; nil if no job is waiting or the process is stopping.
  ///
  /// - Parameter ids: The ids of jobs that must not be claimed.
  func claim(in store: Store, except ids: Set<String>) async throws -> ClaimedJob? {
    guard !state.withLock(\.isStopped) else { return nil }
    let claimed = try await store.claimJob(owner: owner, lease: times.lease, except: ids)
    state.withLock { $0.claimed = claimed }
    return claimed
  }

  /// Returns the claimed job if it has this id; otherwise nil.
  func claimed(_ id: String) -> ClaimedJob? {
    state.withLock { $0.claimed?.record.id == id ? $0.claimed : nil }
  }

  /// Renews a lease regularly until the lease is lost or the task is cancelled.
  ///
  /// - Parameters:
  ///   - store: Returns the store; nil while no store is available.
  ///   - progress: Returns the job's progress, from 0 to 1.
  ///   - found: Called when the lease is lost, and when a client has cancelled the job.
  func renew(
    _ lease: JobLease, in store: @Sendable () -> Store?, progress: @Sendable () -> Double,
    found: @Sendable (LeaseRenewal) -> Void
  ) async {
    while (try? await Task.sleep(for: times.heartbeat)) != nil {
      // No process can claim the job while the store fails, so a failed renewal is ignored.
      let renewal = try? await store()?.renewLease(
        lease, for: times.lease, progress: Int(nearest: progress() * 1000, clampedTo: 0...1000))
      guard let renewal, renewal != .held else { continue }
      found(renewal)
      if renewal == .lost { return }
    }
  }

  /// Stops claiming jobs, and returns the claimed job to the store without counting its start.
  func release(in store: Store) async {
    state.withLock { $0.isStopped = true }
    try? await store.releaseLeases(owner: owner)
  }
}
