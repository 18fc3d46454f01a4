internal import Archives
internal import Inference
internal import Storage

extension JobEngine {
  /// Seconds for which an ended job stays in the store.
  private static let memory = 7 * 24 * 3600

  /// Runs accepted jobs until the process ends. Jobs of earlier processes run first.
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

  /// Gives the running job back to the store, and undoes its start, because a stop of the service and not a crash
  /// interrupts it.
  ///
  /// Call this after the last client has been served and before the store is closed.
  public func releaseRunningJob() async {
    if let archive = service.archive { await leases.release(in: archive.store) }
  }

  /// Reads the unfinished jobs of earlier processes, and removes the uploads of all other jobs.
  private func unfinishedJobs() async -> [Job] {
    while !Task.isCancelled {
      // While the store is being rebuilt, this fails and is tried again. No job can be accepted meanwhile.
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

  /// Takes over changes of other processes, and looks for jobs that they left.
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
        // Many changes in a short time are taken over at once.
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

  /// Claims the next job in the store; nil if none waits or the store fails. The next reading of the queue tries again.
  private func claim() async -> Job? {
    while let archive = service.archive {
      guard
        let claimed = try? await leases.claim(in: archive.store, except: queue.unusableIDs)
      else { return nil }
      if let job = job(claimed.record) { return job }
      // Another program wrote the job, so its order cannot be read. Its lease runs out.
      queue.skip(claimed.record.id)
    }
    return nil
  }

  /// Makes the diagnosis of a job and stores the outcome.
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
      // Earlier versions counted the starts in the job.
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

  /// Makes the diagnosis of a job. If the store was unreachable meanwhile, something may not be stored. Then makes the
  /// diagnosis again when the store is back.
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

  /// Waits until the store can be read.
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

  /// Stores how a job ended. Waits while the store is unreachable.
  ///
  /// If the end cannot be stored, the job runs again: in a store with several processes when the lease runs out,
  /// otherwise after a restart. Until the restart, the end is in memory.
  ///
  /// - Returns: The job with its end, or without one if another process has claimed it or will do so. The result is then
  ///   dropped.
  private func close(
    _ job: Job, _ outcome: JobOutcome, _ lease: JobLease, diagnosis: DiagnosisRecord? = nil
  ) async -> Job {
    let ended = job.ended(outcome)
    var failure: any Error = JobError.resultNotStored
    do {
      guard let archive = service.archive else { throw InferenceError.nothingKept }
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

  /// Loads the keys of jobs whose status is available, so that a repeated request is recognised
  /// before its body arrives.
  private func rememberKeys(_ archive: Archive) async {
    let time = DiagnosisService.now() - Job.lifetime
    if let keys = try? await archive.store.repetitionKeys(endedSince: time) { queue.remember(keys) }
  }
}
