internal import Archives
internal import Inference
internal import Storage

extension JobEngine {
  /// How long the record of an ended job stays in the store, in seconds.
  private static let memory = 7 * 24 * 3600

  /// Runs accepted jobs until the process ends. Jobs that earlier processes left unfinished run first.
  public func run() async {
    guard service.persistence != .none else { return }
    queue.open(with: await unfinishedJobs())
    let forgetting = Task { await forget() }
    let following = Task { await follow() }
    await queue.work { [self] first in
      first == nil ? nil : await claim()
    } _: { [self] job, progress in
      await finish(job, progress)
    }
    forgetting.cancel()
    following.cancel()
  }

  /// Returns the running job to the store without counting its start. The service calls this when it stops normally, so
  /// the interrupted start does not count as a crash.
  ///
  /// Call this after the last client has been served and before the store is closed.
  public func releaseRunningJob() async {
    if let archive = service.archive { await leases.release(in: archive.store) }
  }

  /// Returns the unfinished jobs of earlier processes. Removes the uploads of all other jobs.
  private func unfinishedJobs() async -> [Job] {
    while !Task.isCancelled {
      // While the store is being rebuilt, these calls fail and are repeated. No job can be accepted during this time.
      if let archive = service.archive, (try? await archive.store.expireLeases()) != nil,
        let open = try? await openJobs(archive)
      {
        await rememberKeys(archive)
        await worker.removeUploads(butOf: Set(open.map(\.job.id)))
        return open.map(\.job)
      }
      try? await Task.sleep(for: .seconds(1))
    }
    return []
  }

  private func openJobs(_ archive: Archive) async throws -> [JobQueue.Open] {
    try await archive.store.openJobs().compactMap { open in
      job(open.record).map { job in
        JobQueue.Open(
          job: job, progress: open.progress.map { Double($0) / 1000 },
          isCancelled: open.isCancelled)
      }
    }
  }

  /// Updates the queue after changes by other processes, and looks for jobs that ended processes left unfinished.
  private func follow() async {
    let (hints, hinted) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    service.archive?.store.onJobChange { hinted.yield() }
    let ticking = Task { [leases] in
      while (try? await Task.sleep(for: leases.times.poll)) != nil { hinted.yield() }
      hinted.finish()
    }
    await withTaskCancellationHandler {
      for await _ in hints {
        await takeOver()
        // Handles several changes in a short time with one update.
        guard (try? await Task.sleep(for: leases.times.pause)) != nil else { return }
      }
    } onCancel: {
      ticking.cancel()
    }
  }

  private func takeOver() async {
    let mark = queue.mark
    if let archive = service.archive, let open = try? await openJobs(archive) {
      for job in open where job.isCancelled { queue.cancelRunning(job.job.id) }
      for id in queue.take(open, since: mark) { await worker.removeUpload(of: id) }
    }
    queue.wake()
  }

  /// Claims the next job in the store; nil if no job is waiting or the store fails. The engine tries again after the
  /// next update of the queue.
  private func claim() async -> Job? {
    while let archive = service.archive {
      guard
        let claimed = try? await leases.claim(in: archive.store, except: queue.unusableIDs)
      else { return nil }
      if let job = job(claimed.record) { return job }
      // Another program wrote the job, so its order cannot be read. The lease on this job expires.
      queue.skip(claimed.record.id)
    }
    return nil
  }

  /// Makes the diagnosis of a job. Stores the diagnosis and the outcome.
  private func finish(
    _ job: Job, _ progress: @escaping @Sendable (Double) -> Void
  ) async -> Job {
    guard let claimed = leases.claimed(job.id) else { return job }
    let renewing = Task { [self] in
      await leases.renew(claimed.lease) { [self] in
        service.archive?.store
      } progress: { [self] in
        if case .running(let progress)? = queue.place(of: job.id) { progress } else { 0 }
      } found: { [self] renewal in
        switch renewal {
        case .held: break
        case .cancelled: queue.cancelRunning(job.id)
        case .lost: queue.abandon(job.id)
        }
      }
    }
    defer { renewing.cancel() }
    if claimed.isCancelled { return await close(job, .cancelled, claimed.lease) }
    do {
      // Adds the starts that earlier versions counted in the job itself.
      let attempts = job.attempts + claimed.lease.attempt - 1
      guard attempts < Job.attemptLimit else { throw JobError.abandoned(attempts: attempts) }
      guard let order = job.order else { throw JobError.unknown }
      let diagnosis = try await diagnosis(for: order, of: job, progress)
      return await close(
        job, .succeeded(diagnosisID: diagnosis.id), claimed.lease, diagnosis: diagnosis)
    } catch {
      let isCancelled = queue.isCancelled(job.id)
      return await close(
        job, isCancelled ? .cancelled : .failed(worker.problem(error)), claimed.lease)
    }
  }

  /// Makes the diagnosis of a job. If this fails and the store was unreachable meanwhile, data may be missing from the
  /// store. In this case, waits for the store and makes the diagnosis again.
  private func diagnosis(
    for order: JobOrder, of job: Job, _ progress: @escaping @Sendable (Double) -> Void
  ) async throws -> DiagnosisRecord {
    while true {
      let start = ContinuousClock.now
      do {
        return try await worker.diagnose(order, job: job.id, progress)
      } catch {
        guard let store = service.archive?.store, store.wasUnreachable(since: start),
          await isReachable(store)
        else { throw error }
      }
    }
  }

  /// Waits until the store is reachable.
  ///
  /// - Returns: False if the task is cancelled first.
  private func isReachable(_ store: Store) async -> Bool {
    while !Task.isCancelled {
      do throws(StoreError) {
        _ = try await store.job(id: "")
        return true
      } catch {
        guard error == .unreachable, (try? await Task.sleep(for: leases.times.pause)) != nil else {
          return !Task.isCancelled
        }
      }
    }
    return false
  }

  /// Stores how a job ended. If the store is unreachable, waits for it and tries again.
  ///
  /// If the end cannot be stored, the job runs again later. In a store that several processes share, this happens after
  /// the lease expires. Otherwise it happens after a restart, and the end is held in memory until then.
  ///
  /// - Returns: The job with its end. If another process has claimed the job or will claim it, returns the job without
  ///   an end. Its result is then discarded.
  private func close(
    _ job: Job, _ outcome: JobOutcome, _ lease: JobLease, diagnosis: DiagnosisRecord? = nil
  ) async -> Job {
    let ended = job.ended(outcome)
    var failure: any Error = JobError.resultNotStored
    do {
      guard let archive = service.archive else { throw InferenceError.nothingStored }
      switch try await archive.store.finishJob(ended.record, lease, diagnosis: diagnosis) {
      case .stored:
        await worker.removeUpload(of: job.id)
        return ended
      case .leaseLost: return job
      case .volumeMissing: break
      }
    } catch StoreError.unreachable {
      guard let store = service.archive?.store, await isReachable(store) else { return job }
      return await close(job, outcome, lease, diagnosis: diagnosis)
    } catch {
      failure = error
    }
    if diagnosis != nil { return await close(job, .failed(worker.problem(failure)), lease) }
    if service.archive?.store.isShared == true { return job }
    queue.holdUnwritten(ended)
    return ended
  }

  private func forget() async {
    while !Task.isCancelled {
      if let archive = service.archive {
        try? await archive.store.deleteJobs(endedBefore: DiagnosisService.now() - Self.memory)
        await rememberKeys(archive)
        if let open = try? await openJobs(archive) {
          await worker.removeAbandonedUploads(butOf: Set(open.map(\.job.id)))
        }
      }
      try? await Task.sleep(for: .seconds(3600))
    }
  }

  /// Loads the repetition keys of jobs whose status is available. The engine can then recognise a repeated request
  /// before its body arrives.
  private func rememberKeys(_ archive: Archive) async {
    let time = DiagnosisService.now() - Job.lifetime
    if let keys = try? await archive.store.repetitionKeys(endedSince: time) { queue.remember(keys) }
  }
}
