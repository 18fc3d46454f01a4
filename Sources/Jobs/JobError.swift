/// Why a job was not accepted, or did not succeed.
public enum JobError: Error, Equatable, Sendable {
  /// As many jobs as the limit wait; trying again in so many seconds may help.
  case queueFull(limit: Int, retryAfter: Int)
  /// The repetition key came with another request before.
  case otherRequest
  /// No job has this id.
  case unknown
  /// The process ended so many times while it worked on the job.
  case abandoned(attempts: Int)
}
