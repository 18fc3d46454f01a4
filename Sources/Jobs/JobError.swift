/// The reason why a job was not accepted or did not succeed.
public enum JobError: Error, Equatable, Sendable {
  /// The queue of jobs is full. Retry after `retryAfter` seconds.
  case queueFull(limit: Int, retryAfter: Int)
  /// The repetition key was already used for a different request.
  case otherRequest
  /// No job has this id.
  case unknown
  /// The diagnosis could not be stored, for example because the store does not contain its volume.
  case resultNotStored
  /// The job was given up, because the process ended this many times while the job was running.
  case abandoned(attempts: Int)
}
