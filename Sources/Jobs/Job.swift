internal import Formats
internal import Inference
internal import Storage
public import StrictJSON

/// An accepted request for a diagnosis. The diagnosis is made later.
public struct Job: Sendable, Equatable {
  /// The job's id: `job_` followed by 32 hexadecimal digits with 126 random bits.
  public let id: String
  /// When the job was accepted, in seconds since 1970.
  public let createdAt: Int
  /// The key that identifies the request; nil if the request has none. A repeated request finds this job by the key.
  let repetitionKey: [UInt8]?
  /// SHA-256 of the whole request, in hexadecimal digits. It distinguishes a repeated request from a different one.
  let fingerprint: String
  private(set) var state: State
  /// The number of starts that an earlier version of the program stored in the job. The current version stores the
  /// number in the job's lease.
  private(set) var attempts = 0

  /// Maximum number of starts of a job. A job that is still unfinished after this many starts fails, because the job
  /// itself may have crashed the process each time.
  public static let attemptLimit = 3

  enum State: Sendable, Equatable {
    /// The job is waiting or running.
    case open(JobOrder)
    /// The job ended at this time, in seconds since 1970. Its order has been deleted.
    case ended(JobOutcome, at: Int)
  }

  /// Makes a job from an accepted order.
  ///
  /// - Parameters:
  ///   - fingerprint: A text that is the same for equal requests.
  ///   - repetitionKey: The key that identifies the request; nil if it has none.
  init(_ order: JobOrder, fingerprint: String, repetitionKey: [UInt8]?) {
    id = RandomID.make(prefix: "job_")
    createdAt = DiagnosisService.now()
    self.repetitionKey = repetitionKey
    self.fingerprint = fingerprint
    state = .open(order)
  }

  /// Returns a copy of the job that counts one more start.
  func attempted() -> Job {
    var job = self
    job.attempts += 1
    return job
  }

  /// Returns a copy of the job that has ended now with an outcome.
  func ended(_ outcome: JobOutcome) -> Job {
    var job = self
    job.state = .ended(outcome, at: DiagnosisService.now())
    return job
  }

  /// The outcome; nil while the job is waiting or running.
  public var outcome: JobOutcome? {
    if case .ended(let outcome, _) = state { outcome } else { nil }
  }

  /// When the job ended, in seconds since 1970; nil while it is waiting or running.
  public var endedAt: Int? { if case .ended(_, let time) = state { time } else { nil } }

  /// How long a job's status stays available after its end, in seconds.
  public static let lifetime = 24 * 3600

  /// Whether the job ended so long ago that its status is no longer available.
  public func isExpired(at now: Int) -> Bool { (endedAt ?? now) < now - Self.lifetime }

  /// The order; nil after the end of the job, because the order is then deleted.
  var order: JobOrder? { if case .open(let order) = state { order } else { nil } }
}

/// The outcome of a job that has ended.
public enum JobOutcome: Sendable, Equatable {
  /// The job succeeded. `diagnosisID` is the id of its diagnosis.
  case succeeded(diagnosisID: String)
  /// The job failed. The JSON is the problem that a direct request would have received.
  case failed(JSON)
  /// A client cancelled the job.
  case cancelled

  /// The outcome's name in the API.
  public var word: String {
    switch self {
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .cancelled: "cancelled"
    }
  }
}

extension Job {
  /// The record to store for this job.
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

  /// Reads a stored job; nil if the record was not written by this program.
  ///
  /// - Parameter earlier: Reads an order that an earlier version stored in a different format.
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
        // An invalid number is treated as the limit.
        attempts = count.integer(in: 0...Self.attemptLimit) ?? Self.attemptLimit
      }
    case (let time?, _, .string(let id)?, _): state = .ended(.succeeded(diagnosisID: id), at: time)
    case (let time?, _, _, let problem?): state = .ended(.failed(problem), at: time)
    case (let time?, _, _, _): state = .ended(.cancelled, at: time)
    default: return nil
    }
  }
}
