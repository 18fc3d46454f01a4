internal import Formats
internal import Storage
internal import StrictJSON

/// A diagnosis that was accepted to be made later.
struct Job: Sendable, Equatable {
  /// `job_` and 32 hexadecimal digits with 126 random bits.
  let id: String
  /// Seconds since 1970.
  let createdAt: Int
  /// What makes a repeated request the same job.
  let repetitionKey: [UInt8]?
  /// SHA-256 of all that was asked, in hexadecimal digits.
  let fingerprint: String
  private(set) var state: State
  /// Times that a process has started it.
  private(set) var attempts = 0

  /// Starts after which a job that never ended is failed: whatever ended the process may be the job itself.
  static let attemptLimit = 3

  enum State: Sendable, Equatable {
    /// It waits or runs.
    case open(JobOrder)
    /// It ended, at a time in seconds since 1970; what was asked is forgotten.
    case ended(JobOutcome, at: Int)
  }

  /// Accepts an order.
  init(_ order: JobOrder, repetitionKey: [UInt8]?) {
    id = RandomID.make(prefix: "job_")
    createdAt = Timestamp.seconds()
    self.repetitionKey = repetitionKey
    fingerprint = order.fingerprint
    state = .open(order)
  }

  /// The same job, started once more.
  func attempted() -> Job {
    var job = self
    job.attempts += 1
    return job
  }

  /// The same job with its end.
  func ended(_ outcome: JobOutcome) -> Job {
    var job = self
    job.state = .ended(outcome, at: Timestamp.seconds())
    return job
  }

  /// What came of it; nil while it waits or runs.
  var outcome: JobOutcome? { if case .ended(let outcome, _) = state { outcome } else { nil } }

  /// When it ended.
  var endedAt: Int? { if case .ended(_, let time) = state { time } else { nil } }

  /// Seconds for which a job's status stays available after its end.
  static let lifetime = 24 * 3600

  /// Whether its status is no longer available.
  func isExpired(at now: Int) -> Bool { (endedAt ?? now) < now - Self.lifetime }

  /// What is to be done; nil once it has ended.
  var order: JobOrder? { if case .open(let order) = state { order } else { nil } }
}

/// How a job ended.
enum JobOutcome: Sendable, Equatable {
  /// With a diagnosis, which has this id.
  case succeeded(diagnosisID: String)
  /// With a problem, as a request would have been answered.
  case failed(JSON)
  /// Because a client said so.
  case cancelled

  /// The word for it.
  var word: String {
    switch self {
    case .succeeded: "succeeded"
    case .failed: "failed"
    case .cancelled: "cancelled"
    }
  }
}

extension Job {
  /// The job as the store keeps it.
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

  /// The job of a record; nil if another program wrote it.
  init?(_ record: JobRecord) {
    guard let document = try? JSON(parsing: record.document),
      let fingerprint = document["fingerprint"]?.text
    else { return nil }
    id = record.id
    createdAt = record.createdAt
    repetitionKey = record.repetitionKey
    self.fingerprint = fingerprint
    switch (record.endedAt, document["order"], document["diagnosis"], document["problem"]) {
    case (nil, let order?, _, _):
      guard let order = JobOrder(order) else { return nil }
      state = .open(order)
      if let count = document["attempts"] {
        // What no program wrote counts as too many.
        attempts = count.integer(in: 0...Self.attemptLimit) ?? Self.attemptLimit
      }
    case (let time?, _, .string(let id)?, _): state = .ended(.succeeded(diagnosisID: id), at: time)
    case (let time?, _, _, let problem?): state = .ended(.failed(problem), at: time)
    case (let time?, _, _, _): state = .ended(.cancelled, at: time)
    default: return nil
    }
  }
}
