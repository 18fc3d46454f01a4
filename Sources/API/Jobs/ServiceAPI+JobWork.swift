internal import Archives
internal import Formats
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  /// Does accepted jobs, those of earlier processes first, for as long as the process lives.
  public func workOnJobs() async {
    guard service.persistence != .none else { return }
    jobs.open(with: await unfinishedJobs())
    let forgetting = Task { await forgetJobs() }
    await jobs.work { job, progress in await finish(job, progress) }
    forgetting.cancel()
  }

  /// What an earlier process left to do; files of none of these jobs are removed.
  private func unfinishedJobs() async -> [Job] {
    while !Task.isCancelled {
      // A store under repair is waited for: until then nobody can be promised anything.
      if let records = try? await service.archive?.store.unfinishedJobs() {
        let open = records.compactMap(Job.init)
        uploads.removeAll(but: Set(open.map(\.id)))
        // A job that may have ended an earlier process holds up nobody else.
        return open.filter { $0.attempts == 0 } + open.filter { $0.attempts > 0 }
      }
      try? await Task.sleep(for: .seconds(1))
    }
    return []
  }

  /// Makes the diagnosis of a job and writes down what became of it.
  private func finish(
    _ job: Job, _ progress: @escaping @Sendable (Double) -> Void
  ) async -> Job {
    let outcome: JobOutcome
    do throws(Problem) {
      try await noteAttempt(at: job)
      outcome = .succeeded(diagnosisID: try await diagnose(job, progress))
    } catch {
      outcome = jobs.isCancelled(job.id) ? .cancelled : .failed(error.json(requestID: nil))
    }
    return await close(job, outcome)
  }

  /// Writes down that a job starts, before anything of it is read: if it ends the process, the next one knows.
  private func noteAttempt(at job: Job) async throws(Problem) {
    guard job.attempts < Job.attemptLimit else {
      throw Problem(
        .jobAbandoned, "The service ended \(Job.attemptLimit) times while it worked on this job.",
        limit: .integer(Job.attemptLimit), actual: .integer(job.attempts))
    }
    guard let store = service.archive?.store else { throw Problem(InferenceError.nothingKept) }
    _ = try await Problem.from { () async throws(StoreError) in
      try await store.updateJob(job.attempted().record)
    }
  }

  /// Takes back the attempt at the job that runs: a service that is told to stop interrupts it, not the job the service.
  ///
  /// Call it when nothing is waited for any more, before the store is closed.
  public func releaseRunningJob() async {
    guard let job = jobs.runningJob else { return }
    // A job that ends at this moment stays ended: the store does not open it again.
    _ = try? await service.archive?.store.updateJob(job.record)
  }

  private func diagnose(
    _ job: Job, _ progress: @escaping @Sendable (Double) -> Void
  ) async throws(Problem) -> String {
    let start = ContinuousClock.now
    guard let order = job.order else { throw Self.unknownJob }
    var upload: UploadedFile?
    if let file = order.upload {
      upload = await uploads.upload(
        job.id, byteCount: file.byteCount, sha256: file.sha256, contentType: file.contentType,
        parts: file.parts)
      guard upload != nil else {
        throw Problem(
          .internalError, "The uploaded file was removed from the spool, or changed there.")
      }
    }
    let made = try await make(
      try asked(order, upload: upload), received: nil, since: start, isAccepted: true,
      progress: progress)
    try await keep(made)
    return made.stamp.id
  }

  /// Stores how a job ended. If the store fails, the status stays in memory, and the job runs again
  /// after a restart.
  func close(_ job: Job, _ outcome: JobOutcome) async -> Job {
    let ended = job.ended(outcome)
    do {
      guard let store = service.archive?.store else { throw InferenceError.nothingKept }
      _ = try await store.updateJob(ended.record)
      if job.order?.upload != nil { uploads.remove(job.id) }
    } catch {
      jobs.keepUnwritten(ended)
    }
    return ended
  }

  private func forgetJobs() async {
    while !Task.isCancelled {
      try? await service.archive?.store.deleteJobs(
        endedBefore: Timestamp.seconds() - Self.jobMemory)
      try? await Task.sleep(for: .seconds(3600))
    }
  }
}
