internal import Formats
internal import Inference
internal import Storage
public import StrictJSON

/// An accepted diagnosis, made later.
public struct Job: Sendable, Equatable {
  /// `job_` and 32 hexadecimal digits with 126 random bits.
  public let id: String
  /// Seconds since 1970.
  public let createdAt: Int
  /// The key that makes a repeated request the same job.
  let repetitionKey: [UInt8]?
  /// SHA-256 of the whole order, in hexadecimal digits.
  let fingerprint: String
  private(set) var state: State
  /// Number of times that a process has started it.
  private(set) var attempts = 0

  /// Starts after which an unfinished job fails, because it may itself end the process.
  public static let attemptLimit = 3

  enum State: Sendable, Equatable {
    /// It waits or runs.
    case open(JobOrder)
    /// It ended, at a time in seconds since 1970; its order is deleted.
    case ended(JobOutcome, at: Int)
  }

  /// Accepts an order.
  ///
  /// - Parameter fingerprint: Equal for equal requests.
  init(_ order: JobOrder, fingerprint: String, repetitionKey: [UInt8]?) {
    id = RandomID.make(prefix: "job_")
    createdAt = DiagnosisService.now()
    self.repetitionKey = repetitionKey
    self.fingerprint = fingerprint
    state = .open(order)
  }

  /// The same job, with one more start.
  func attempted() -> Job {
    var job = self
    job.attempts += 1
    return job
  }

  /// The same job, ended.
  func ended(_ outcome: JobOutcome) -> Job {
    var job = self
    job.state = .ended(outcome, at: DiagnosisService.now())
    return job
  }

  /// The outcome; nil while it waits or runs.
  public var outcome: JobOutcome? {
    if case .ended(let outcome, _) = state { outcome } else { nil }
  }

  /// When it ended.
  public var endedAt: Int? { if case .ended(_, let time) = state { time } else { nil } }

  /// Seconds for which a job's status stays available after its end.
  public static let lifetime = 24 * 3600

  /// Whether its status is no longer available.
  public func isExpired(at now: Int) -> Bool { (endedAt ?? now) < now - Self.lifetime }

  /// The order; nil once it has ended.
  var order: JobOrder? { if case .open(let order) = state { order } else { nil } }
}

/// How a job ended.
public enum JobOutcome: Sendable, Equatable {
  /// It succeeded; the diagnosis has this id.
  case succeeded(diagnosisID: String)
  /// It failed with the problem that a request would have received.
  case failed(JSON)
  /// A client cancelled it.
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
  /// - Parameter earlier: Reads an order that an earlier version stored.
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
