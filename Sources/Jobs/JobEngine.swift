internal import Archives
public import Inference
internal import Storage
public import StrictJSON

/// Accepts diagnoses to be made later, works on them in their order, and remembers how they ended.
///
/// A job is in the store before it is accepted, and its end before it is reported.
public final class JobEngine: Sendable {
  /// The tasks that the engine leaves to its owner: storing uploads, and making results and
  /// problems.
  public protocol Worker: Sendable {
    /// Makes and stores the diagnosis of an order.
    ///
    /// - Returns: The id of the diagnosis.
    func diagnose(
      _ order: JobOrder, job: String, _ progress: @escaping @Sendable (Double) -> Void
    ) async throws -> String
    /// The stored form of an error.
    func problem(_ error: any Error) -> JSON
    /// Removes the upload of a job, if it has one.
    func removeUpload(of job: String)
    /// Removes the uploads of all other jobs.
    func removeUploads(butOf jobs: Set<String>)
    /// An order that an earlier version stored; nil if it is something else.
    func order(ofEarlierVersion json: JSON) -> JobOrder?
  }

  /// Where jobs wait and run.
  public let queue = JobQueue()
  private let service: DiagnosisService
  private let worker: any Worker

  /// Seconds after its end for which a job's id is still known.
  private static let memory = 7 * 24 * 3600

  /// Jobs of a service.
  public init(_ service: DiagnosisService, _ worker: any Worker) {
    self.service = service
    self.worker = worker
  }
}

// MARK: Accepting

extension JobEngine {
  /// Takes a place for a job, before its upload is received.
  ///
  /// - Parameter key: The key that makes a repeated request the same job.
  /// - Returns: Nil if the queue is full and `key` is that of a known job, which needs no place.
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

  /// Accepts an order, or finds the job that the same request made earlier. The job is on the disk
  /// when this returns.
  ///
  /// - Parameters:
  ///   - fingerprint: Equal for equal requests.
  ///   - upload: Stores the upload under the id of the job.
  /// - Throws: ``InferenceError``, ``JobError``, and the errors of `upload`.
  public func accept(
    _ order: JobOrder, fingerprint: String, key: [UInt8]?, in place: Place?,
    _ upload: (String) async throws -> Void
  ) async throws -> Job {
    // Jobs of earlier processes go first.
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
        // A concurrent repetition of the request was faster.
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
  /// The job with an id, with its end if it has one.
  ///
  /// - Throws: ``InferenceError``, ``JobError/unknown``.
  public func job(_ id: String) async throws -> Job {
    if let unwritten = queue.unwritten(id) { return unwritten }
    let archive = try service.requireArchive()
    let isHere = queue.place(of: id) != nil
    var record = try await archive.store.job(id: id)
    if !isHere, record?.endedAt == nil, record != nil, queue.place(of: id) == nil {
      // It may have ended between the two reads.
      record = try await archive.store.job(id: id)
    }
    guard let job = record.flatMap(job) else { throw JobError.unknown }
    return job
  }

  private func job(_ record: JobRecord) -> Job? {
    Job(record) { worker.order(ofEarlierVersion: $0) }
  }

  /// Cancels a job. A waiting job ends at once, a running one at the next step of its arithmetic.
  public func cancel(_ id: String) async {
    if let waiting = queue.cancel(id) { queue.tellEnd(of: await close(waiting, .cancelled)) }
  }
}

// MARK: Working

extension JobEngine {
  /// Works on accepted jobs, those of earlier processes first, for as long as the process lives.
  public func run() async {
    guard service.persistence != .none else { return }
    queue.open(with: await unfinishedJobs())
    let forgetting = Task { await forget() }
    await queue.work { [self] job, progress in await finish(job, progress) }
    forgetting.cancel()
  }

  /// Takes back the attempt at the running job, because the stop of the service interrupts it, not
  /// a crash.
  ///
  /// Call this when no client waits any more, before the store is closed.
  public func releaseRunningJob() async {
    guard let job = queue.runningJob else { return }
    // A job that ends at this moment stays ended: the store does not reopen it.
    _ = try? await service.archive?.store.updateJob(job.record)
  }

  /// Unfinished jobs of an earlier process; files of other jobs are removed.
  private func unfinishedJobs() async -> [Job] {
    while !Task.isCancelled {
      // Waits for a store under repair; until then no job can be accepted.
      if let archive = service.archive, let records = try? await archive.store.unfinishedJobs() {
        await rememberKeys(archive)
        let open = records.compactMap(job)
        worker.removeUploads(butOf: Set(open.map(\.id)))
        // A job that may have ended an earlier process must not delay others.
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

  /// Stores the start of a job before its upload is read, so that the next process can tell whether
  /// the job ended this one.
  private func noteAttempt(at job: Job) async throws {
    guard job.attempts < Job.attemptLimit else { throw JobError.abandoned(attempts: job.attempts) }
    guard let archive = service.archive else { throw InferenceError.nothingKept }
    _ = try await archive.store.updateJob(job.attempted().record)
  }

  /// Stores how a job ended. If the store fails, the end stays in memory, and the job runs again
  /// after a restart.
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

  /// Keys of jobs whose status is available, so that a repeated request is recognised before its
  /// body arrives.
  private func rememberKeys(_ archive: Archive) async {
    let time = DiagnosisService.now() - Job.lifetime
    if let keys = try? await archive.store.repetitionKeys(endedSince: time) { queue.remember(keys) }
  }
}
