internal import Formats
internal import Inference
internal import Storage
public import StrictJSON

/// An accepted request for a diagnosis, which is made later.
public struct Job: Sendable, Equatable {
  /// The job's id: `job_` followed by 32 hexadecimal digits with 126 random bits.
  public let id: String
  /// The time of acceptance, in seconds since 1970.
  public let createdAt: Int
  /// The key by which a repeated request finds this job.
  let repetitionKey: [UInt8]?
  /// SHA-256 of the whole order, in hexadecimal digits.
  let fingerprint: String
  private(set) var state: State
  /// Number of starts that an earlier version stored in the job. Now the job's lease contains the number.
  private(set) var attempts = 0

  /// Maximum number of starts of a job. A job that is still unfinished then fails, because the job
  /// itself may have ended the process each time.
  public static let attemptLimit = 3

  enum State: Sendable, Equatable {
    /// The job waits or runs.
    case open(JobOrder)
    /// The job has ended at a time in seconds since 1970. Its order is deleted.
    case ended(JobOutcome, at: Int)
  }

  /// Accepts an order.
  ///
  /// - Parameter fingerprint: A text that is equal for equal requests.
  init(_ order: JobOrder, fingerprint: String, repetitionKey: [UInt8]?) {
    id = RandomID.make(prefix: "job_")
    createdAt = DiagnosisService.now()
    self.repetitionKey = repetitionKey
    self.fingerprint = fingerprint
    state = .open(order)
  }

  /// Returns the job with one more start.
  func attempted() -> Job {
    var job = self
    job.attempts += 1
    return job
  }

  /// Returns the job with its outcome.
  func ended(_ outcome: JobOutcome) -> Job {
    var job = self
    job.state = .ended(outcome, at: DiagnosisService.now())
    return job
  }

  /// The outcome; nil while the job waits or runs.
  public var outcome: JobOutcome? {
    if case .ended(let outcome, _) = state { outcome } else { nil }
  }

  /// The time of the end, in seconds since 1970; nil while the job waits or runs.
  public var endedAt: Int? { if case .ended(_, let time) = state { time } else { nil } }

  /// Seconds for which a job's status stays available after its end.
  public static let lifetime = 24 * 3600

  /// True if the job's status is no longer available.
  public func isExpired(at now: Int) -> Bool { (endedAt ?? now) < now - Self.lifetime }

  /// The order; nil after the job has ended.
  var order: JobOrder? { if case .open(let order) = state { order } else { nil } }
}

/// How a job ended.
public enum JobOutcome: Sendable, Equatable {
  /// The job succeeded. Its diagnosis has this id.
  case succeeded(diagnosisID: String)
  /// The job failed with the problem that a direct request would have received.
  case failed(JSON)
  /// A client cancelled the job.
  case cancelled

  /// The name of the outcome.
  public var word: String {
    switch self {
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .cancelled: "cancelled"
    }
  }
}

extension Job {
  /// The job in stored form.
  var record: JobRecord {
    let rest: JSONObject =
      switch state {
      case .open(let order):
        ["order": order.json, "attempts": attempts > 0 ? .integer(attempts) : nil]
      case .ended(.succeeded(let id), _): ["diagnosis": .string(id)]
      case .ended(.failed(let problem), _): ["problem": problem]
      case .ended(.cancelled, _): ["cancelled": true]
      }
    return JobRecord(
      id: id, createdAt: createdAt, endedAt: endedAt, repetitionKey: repetitionKey,
      document: JSON.object(["fingerprint": .string(fingerprint)] + rest).bytes)
  }

  /// Reads a stored job; nil if another program wrote it.
  ///
  /// - Parameter earlier: Reads an order in the format of an earlier version.
  init?(_ record: JobRecord, earlier: (JSON) -> JobOrder? = { _ in nil }) {
    guard let document = try? JSON(parsing: record.document),
      let fingerprint = document["fingerprint"]?.text
    else { return nil }
    id = record.id
    createdAt = record.createdAt
    repetitionKey = record.repetitionKey
    self.fingerprint = fingerprint
    switch (record.endedAt, document["order"], document["diagnosis"], document["problem"]) {
    case (nil, let order?, _, _):
      guard let order = JobOrder(order) ?? earlier(order) else { return nil }
      state = .open(order)
      if let count = document["attempts"] {
        // An invalid number counts as the limit.
        attempts = count.integer(in: 0...Self.attemptLimit) ?? Self.attemptLimit
      }
    case (let time?, _, .string(let id)?, _): state = .ended(.succeeded(diagnosisID: id), at: time)
    case (let time?, _, _, let problem?): state = .ended(.failed(problem), at: time)
    case (let time?, _, _, _): state = .ended(.cancelled, at: time)
    default: return nil
    }
  }
}
