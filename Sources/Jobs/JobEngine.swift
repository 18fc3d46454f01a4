internal import Archives
public import Inference
internal import Storage
public import StrictJSON

/// Accepts jobs, runs them in order of arrival, and stores how they ended.
///
/// A job is stored before its acceptance is reported, and its end is stored before the end is reported.
public final class JobEngine: Sendable {
  /// The tasks that the engine leaves to its owner, such as making diagnoses and removing uploads.
  public protocol Worker: Sendable {
    /// Makes and stores the diagnosis of an order.
    ///
    /// - Returns: The id of the diagnosis.
    func diagnose(
      _ order: JobOrder, job: String, _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> String
    /// Converts an error to the problem that is stored.
    func problem(_ error: any Error) -> JSON
    /// Removes the upload of a job, if it has one.
    func removeUpload(of job: String)
    /// Removes all uploads except those of `jobs`.
    func removeUploads(butOf jobs: Set<String>)
    /// Reads an order in the format of an earlier version; nil if `json` has another format.
    func order(ofEarlierVersion json: JSON) -> JobOrder?
  }

  /// The queue of waiting and running jobs.
  public let queue = JobQueue()
  private let service: DiagnosisService
  private let worker: any Worker

  /// Seconds for which an ended job stays in the store.
  private static let memory = 7 * 24 * 3600

  /// Makes the engine of a service.
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
  /// - Returns: The place; nil if the queue is full but a known job has the same key. Such a request needs no place.
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

  /// Accepts an order, or returns the earlier job of the same request. On return, the job is on the disk.
  ///
  /// - Parameters:
  ///   - fingerprint: A text that is equal for equal requests.
  ///   - upload: Stores the upload under the job's id.
  /// - Throws: ``InferenceError``, ``JobError``, and the errors of `upload`.
  public func accept(
    _ order: JobOrder, fingerprint: String, key: [UInt8]?, in place: Place?,
    _ upload: (String) async throws -> Void
  ) async throws -> Job {
    // Waits until the jobs of earlier processes are in the queue.
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
        // A concurrent repetition of the request has already added its job.
        worker.removeUpload(of: job.id)
        guard let known = self.job(stored) else { throw JobError.unknown }
        return try same(known, as: job)
      }
    } catch {
      worker.removeUpload(of: job.id)
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
  /// - Throws: ``InferenceError``, ``JobError/unknown``.
  public func job(_ id: String) async throws -> Job {
    if let unwritten = queue.unwritten(id) { return unwritten }
    let archive = try service.requireArchive()
    let isHere = queue.place(of: id) != nil
    var record = try await archive.store.job(id: id)
    if !isHere, record?.endedAt == nil, record != nil, queue.place(of: id) == nil {
      // The job may have ended between the two reads, so the store is read again.
      record = try await archive.store.job(id: id)
    }
    guard let job = record.flatMap(job) else { throw JobError.unknown }
    return job
  }

  private func job(_ record: JobRecord) -> Job? {
    Job(record) { worker.order(ofEarlierVersion: $0) }
  }

  /// Cancels a job. A waiting job ends at once. A running job ends at the next step of its computation.
  public func cancel(_ id: String) async {
    if let waiting = queue.cancel(id) { queue.tellEnd(of: await close(waiting, .cancelled)) }
  }
}

// MARK: Working

extension JobEngine {
  /// Runs accepted jobs until the process ends. Jobs of earlier processes run first.
  public func run() async {
    guard service.persistence != .none else { return }
    queue.open(with: await unfinishedJobs())
    let forgetting = Task { await forget() }
    await queue.work { [self] job, progress in await finish(job, progress) }
    forgetting.cancel()
  }

  /// Undoes the stored start of the running job, because a stop of the service and not a crash interrupts it.
  ///
  /// Call this after the last client has been served and before the store is closed.
  public func releaseRunningJob() async {
    guard let job = queue.runningJob else { return }
    // A job that ends at this moment stays ended, because the store does not update ended jobs.
    _ = try? await service.archive?.store.updateJob(job.record)
  }

  /// Reads the unfinished jobs of earlier processes, and removes the uploads of all other jobs.
  private func unfinishedJobs() async -> [Job] {
    while !Task.isCancelled {
      // While the store is being rebuilt, this fails and is tried again. No job can be accepted meanwhile.
      if let archive = service.archive, let records = try? await archive.store.unfinishedJobs() {
        await rememberKeys(archive)
        let open = records.compactMap(job)
        worker.removeUploads(butOf: Set(open.map(\.id)))
        // Jobs that may have ended an earlier process run last, so that they do not delay others.
        return open.filter { $0.attempts == 0 } + open.filter { $0.attempts > 0 }
      }
      try? await Task.sleep(for: .seconds(1))
    }
    return []
  }

  /// Makes the diagnosis of a job and stores the outcome.
  private func finish(
    _ job: Job, _ progress: @escaping @Sendable (Double) -> Void
  ) async -> Job {
    let outcome: JobOutcome
    do {
      try await noteAttempt(at: job)
      guard let order = job.order else { throw JobError.unknown }
      outcome = .succeeded(
        diagnosisID: try await worker.diagnose(order, job: job.id, progress))
    } catch {
      outcome = queue.isCancelled(job.id) ? .cancelled : .failed(worker.problem(error))
    }
    return await close(job, outcome)
  }

  /// Stores that the job was started, before its upload is read. If the process crashes, the next
  /// process then knows that the job may be the cause.
  private func noteAttempt(at job: Job) async throws {
    guard job.attempts < Job.attemptLimit else { throw JobError.abandoned(attempts: job.attempts) }
    guard let archive = service.archive else { throw InferenceError.nothingKept }
    _ = try await archive.store.updateJob(job.attempted().record)
  }

  /// Stores how a job ended. If that fails, the end is only in memory, and the job runs again after a restart.
  private func close(_ job: Job, _ outcome: JobOutcome) async -> Job {
    let ended = job.ended(outcome)
    do {
      guard let archive = service.archive else { throw InferenceError.nothingKept }
      _ = try await archive.store.updateJob(ended.record)
      worker.removeUpload(of: job.id)
    } catch {
      queue.holdUnwritten(ended)
    }
    return ended
  }

  private func forget() async {
    while !Task.isCancelled {
      if let archive = service.archive {
        try? await archive.store.deleteJobs(endedBefore: DiagnosisService.now() - Self.memory)
        await rememberKeys(archive)
      }
      try? await Task.sleep(for: .seconds(3600))
    }
  }

  /// Loads the keys of jobs whose status is available, so that a repeated request is recognised
  /// before its body arrives.
  private func rememberKeys(_ archive: Archive) async {
    let time = DiagnosisService.now() - Job.lifetime
    if let keys = try? await archive.store.repetitionKeys(endedSince: time) { queue.remember(keys) }
  }
}
