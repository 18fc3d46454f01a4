/// Why a job was not accepted, or did not succeed.
public enum JobError: Error, Equatable, Sendable {
  /// The queue of jobs is full. Retry after `retryAfter` seconds.
  case queueFull(limit: Int, retryAfter: Int)
  /// The repetition key was used for another request.
  case otherRequest
  /// No job has this id.
  case unknown
  /// The volume of the diagnosis is not stored, so the diagnosis cannot be stored either.
  case resultNotStored
  /// The process ended this many times while the job ran.
  case abandoned(attempts: Int)
}
