/// The right of a process to run a job. It ends at a time of the store's clock, unless the process renews it.
public struct JobLease: Sendable, Equatable {
  /// The number of the job's row.
  public let job: Int
  /// The random id of the process.
  public let owner: String
  /// The number of starts of the job, including this one. A process that lost its lease has an earlier number.
  public let attempt: Int
}

/// A job that a process may run.
public struct ClaimedJob: Sendable, Equatable {
  /// The job.
  public let record: JobRecord
  /// The right to run it.
  public let lease: JobLease
  /// Whether a client has cancelled the job during an earlier start.
  public let isCancelled: Bool
}

/// What a process finds when it renews a lease.
public enum LeaseRenewal: Sendable, Equatable {
  /// The process still has the lease.
  case held
  /// The process still has the lease, and a client has cancelled the job.
  case cancelled
  /// The job has ended, or another process has claimed it.
  case lost
}

/// What became of the end of a job.
public enum JobEnding: Sendable, Equatable {
  /// The end is stored.
  case stored
  /// The process has lost the lease. Nothing was stored.
  case leaseLost
  /// The volume of the diagnosis is not stored. Nothing was stored.
  case volumeMissing
}

/// What became of a request to cancel a job.
public enum JobCancellation: Sendable, Equatable {
  /// The job waited and has ended.
  case ended
  /// The job runs. Its process reads the request when it renews its lease.
  case requested
  /// No unfinished job has this id.
  case notOpen
}

/// Where a job is in the queue.
public enum JobStanding: Sendable, Equatable {
  /// The job waits, and this many other jobs run before it.
  case waiting(behind: Int)
  /// The job runs. `progress` is in thousandths.
  case running(progress: Int)
  /// The job has ended.
  case ended
}

/// An unfinished job.
public struct OpenJob: Sendable, Equatable {
  /// The job.
  public let record: JobRecord
  /// The progress of a running job, in thousandths; nil if the job waits.
  public let progress: Int?
  /// Whether a client has cancelled the job while it runs.
  public var isCancelled = false
}
