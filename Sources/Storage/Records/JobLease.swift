/// A process's temporary right to run a job. The lease expires at a time measured by the store's clock, unless the
/// process renews it.
public struct JobLease: Sendable, Equatable {
  /// The row number of the job.
  public let job: Int
  /// The random id of the process that holds the lease.
  public let owner: String
  /// How many times the job has been started, including this start. A process that lost its lease has a lower number.
  public let attempt: Int
}

/// A job that a process has claimed in order to run it.
public struct ClaimedJob: Sendable, Equatable {
  /// The job.
  public let record: JobRecord
  /// The lease on the job.
  public let lease: JobLease
  /// Whether a client cancelled the job during an earlier start.
  public let isCancelled: Bool
}

/// The result of an attempt to renew a lease.
public enum LeaseRenewal: Sendable, Equatable {
  /// The process still holds the lease.
  case held
  /// The process still holds the lease, but a client has cancelled the job.
  case cancelled
  /// The job has ended, or another process has claimed it.
  case lost
}

/// The result of an attempt to store the end of a job.
public enum JobEnding: Sendable, Equatable {
  /// The end of the job was stored.
  case stored
  /// The process has lost the lease. Nothing was stored.
  case leaseLost
  /// The store does not contain the diagnosed volume. Nothing was stored.
  case volumeMissing
}

/// The result of a request to cancel a job.
public enum JobCancellation: Sendable, Equatable {
  /// The job was waiting. It has now ended.
  case ended
  /// The job is running. Its process sees the request the next time it renews the lease.
  case requested
  /// No unfinished job has this id.
  case notOpen
}

/// The position of a job in the queue.
public enum JobStanding: Sendable, Equatable {
  /// The job is waiting. `behind` is the number of jobs that run before it.
  case waiting(behind: Int)
  /// The job is running. `progress` is in thousandths, from 0 to 1000.
  case running(progress: Int)
  /// The job has ended.
  case ended
}

/// An unfinished job.
public struct OpenJob: Sendable, Equatable {
  /// The job.
  public let record: JobRecord
  /// The progress of a running job, in thousandths; nil if the job is waiting.
  public let progress: Int?
  /// Whether a client cancelled the job while it was running.
  public var isCancelled = false
}
