internal import Archives
public import Inference
public import Storage
public import StrictJSON

/// Accepts jobs, runs them in order of arrival, and stores their outcomes.
///
/// A job is stored before its acceptance is reported. The end of a job is stored before it is reported. The queue is in
/// the store. A process claims a job for a limited time, and renews its lease while it runs the job.
public final class JobEngine: Sendable {
  /// The tasks that the engine delegates to its owner, such as making diagnoses and removing uploads.
  public protocol Worker: Sendable {
    /// Makes the diagnosis that an order describes. The engine stores the diagnosis together with the end of the job.
    func diagnose(
      _ order: JobOrder, job: String, _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> DiagnosisRecord
    /// Converts an error to the problem to store with a failed job.
    func problem(_ error: any Error) -> JSON
    /// Removes the upload of a job, if it has one.
    func removeUpload(of job: String) async
    /// Removes all uploads that earlier processes left, except those of `jobs`.
    func removeUploads(butOf jobs: Set<String>) async
    /// Removes uploads that no process needs any more, except those of `jobs`. Called while the queue accepts jobs.
    func removeAbandonedUploads(butOf jobs: Set<String>) async
    /// Reads an order that an earlier version stored in a different format; nil if `json` does not have that format.
    func order(ofEarlierVersion json: JSON) -> JobOrder?
  }

  /// The queue of waiting and running jobs.
  public let queue = JobQueue()
  let service: DiagnosisService
  let worker: any Worker
  let leases = LeasedJobs()

  /// Makes an engine for a service.
  public init(_ service: DiagnosisService, _ worker: any Worker) {
    self.service = service
    self.worker = worker
  }
}

// MARK: Accepting

extension JobEngine {
  /// Reserves a place in the queue for a job before its upload is received.
  ///
  /// - Parameter key: The repetition key of the request; nil if it has none.
  /// - Returns: The place. If the queue is full but a known job has the same key, returns nil, because such a request
  ///   needs no place.
  /// - Throws: ``InferenceError`` and ``JobError``.
  public func takePlace(for key: [UInt8]?) throws -> Place? {
    if let place = queue.takePlace(of: service.limits.queue) {
      try service.requireMemory()
      return place
    }
    if let key, queue.knows(key) { return nil }
    throw full
  }

  private var full: JobError {
    let wait = service.expectedTime().components
    return .queueFull(
      limit: service.limits.queue, retryAfter: Int(wait.seconds) + (wait.attoseconds > 0 ? 1 : 0))
  }

  /// Accepts an order. If an earlier job belongs to the same request, returns that job instead. On return, the job is
  /// on the disk.
  ///
  /// - Parameters:
  ///   - fingerprint: A text that is the same for equal requests.
  ///   - key: The repetition key of the request; nil if it has none.
  ///   - place: The reserved place in the queue; nil if ``takePlace(for:)`` returned nil.
  ///   - upload: Stores the upload under the job id that it receives.
  /// - Throws: ``InferenceError``, ``JobError``, `StoreError`, and the errors of `upload`.
  public func accept(
    _ order: JobOrder, fingerprint: String, key: [UInt8]?, in place: Place?,
    _ upload: (String) async throws -> Void
  ) async throws -> Job {
    // Waits until the queue contains the jobs of earlier processes.
    try await queue.untilOpen()
    let archive = try service.requireArchive()
    let now = DiagnosisService.now()
    let job = Job(order, fingerprint: fingerprint, repetitionKey: key)
    if let key, let known = try await archive.store.job(repetitionKey: key).flatMap(self.job),
      !known.isExpired(at: now)
    {
      return try same(known, as: job)
    }
    guard let place else { throw full }
    do {
      try await upload(job.id)
      let stored = try await archive.store.addJob(job.record, unlessEndedSince: now - Job.lifetime)
      guard stored.id == job.id else {
        // A concurrent request with the same key has already added its job.
        await worker.removeUpload(of: job.id)
        guard let known = self.job(stored) else { throw JobError.unknown }
        return try same(known, as: job)
      }
    } catch {
      await worker.removeUpload(of: job.id)
      throw error
    }
    queue.add(job, in: place)
    return job
  }

  private func same(_ known: Job, as job: Job) throws(JobError) -> Job {
    guard known.fingerprint == job.fingerprint else { throw .otherRequest }
    return known
  }
}

// MARK: Looking and cancelling

extension JobEngine {
  /// Returns the job with an id.
  ///
  /// - Throws: ``InferenceError``, `StoreError`, or ``JobError/unknown`` if no job has the id.
  public func job(_ id: String) async throws -> Job {
    if let unwritten = queue.unwritten(id) { return unwritten }
    let archive = try service.requireArchive()
    let isHere = queue.place(of: id) != nil
    var record = try await archive.store.job(id: id)
    if !isHere, record?.endedAt == nil, record != nil, queue.place(of: id) == nil {
      // The job may have ended after the first read, so the store is read again.
      record = try await archive.store.job(id: id)
    }
    guard let job = record.flatMap(job) else { throw JobError.unknown }
    return job
  }

  /// Returns jobs, newest first. Jobs whose status is no longer available are not returned.
  ///
  /// - Parameters:
  ///   - cursor: The position after which the list continues; nil to start at the beginning.
  ///   - limit: Maximum number of jobs to return.
  ///   - isEnded: True for jobs that have ended, false for unfinished jobs; nil for both.
  /// - Throws: ``InferenceError`` and `StoreError`.
  public func list(
    after cursor: RecordCursor?, limit: Int, isEnded: Bool?
  ) async throws -> [Job] {
    let archive = try service.requireArchive()
    let records = try await archive.store.jobs(
      after: cursor, limit: limit, isEnded: isEnded,
      endedSince: DiagnosisService.now() - Job.lifetime)
    return records.compactMap { queue.unwritten($0.id) ?? job($0) }
  }

  func job(_ record: JobRecord) -> Job? {
    Job(record) { worker.order(ofEarlierVersion: $0) }
  }

  /// Cancels a job. A waiting job ends immediately. A running job ends at the next step of its computation.
  ///
  /// - Throws: `StoreError` if several processes share the store and the cancellation cannot be stored.
  public func cancel(_ id: String) async throws {
    guard let job = try? await job(id), job.outcome == nil else { return }
    let ended = job.ended(.cancelled)
    do {
      guard let archive = service.archive else { throw InferenceError.nothingStored }
      switch try await archive.store.requestCancel(ended.record) {
      case .ended:
        await worker.removeUpload(of: id)
        _ = queue.cancel(id)
        queue.tellEnd(of: ended)
      case .requested: queue.cancelRunning(id)
      case .notOpen: break
      }
    } catch {
      if service.archive?.store.isShared == true { throw error }
      // The end of the waiting job is only in memory, so the job runs again after a restart.
      guard queue.cancel(id) != nil else { return }
      queue.holdUnwritten(ended)
      queue.tellEnd(of: ended)
    }
  }

  /// Returns the state of a job in the queue, even if the job runs in another process; nil if the job is neither
  /// waiting nor running.
  public func standing(of id: String) async -> JobQueue.Standing? {
    if let here = queue.place(of: id) { return here }
    guard queue.unwritten(id) == nil else { return nil }
    switch try? await service.archive?.store.jobStanding(id: id) {
    case .waiting(let behind): return .waiting(behind: behind)
    case .running(let progress): return .running(progress: Double(progress) / 1000)
    case .ended, nil: return nil
    }
  }
}
