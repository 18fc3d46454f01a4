internal import Archives
internal import Formats
internal import HTTP
internal import Hashing
internal import Inference
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  /// Refuses if as many jobs wait as may, or memory is short.
  func requireRoomForJob() throws(Problem) {
    try Problem.from { () throws(InferenceError) in try service.requireMemory() }
    let capacity = service.limits.queue
    guard jobs.count <= capacity else {
      var problem = Problem(
        .queueFull, "\(capacity) jobs wait, and the queue is full.", limit: .integer(capacity))
      problem.retryAfter = seconds(service.expectedTime(behind: 0))
      throw problem
    }
  }

  /// Accepts a diagnosis to be made later: job and file are on the disk before the answer.
  func accept(
    _ asked: AskedDiagnosis, _ head: RequestHead, _ archive: Archive
  ) async throws(Problem) -> Response {
    try await requireOpenDesk()
    let key = try Self.repetitionKey(of: head)
    let now = Timestamp.seconds()
    var job = Job(asked.order, repetitionKey: key)
    if let key, let known = try await known(key, archive), !known.isExpired(at: now) {
      job = try Self.same(known, as: job)
    } else {
      try requireAcceptable(asked)
      job = try await write(job, upload: asked.upload, archive, at: now)
    }
    return try await answer(
      job, head, archive, accepted: true, waiting: Preferences(head.headers).wait)
  }

  /// What would fail later is told now.
  private func requireAcceptable(_ asked: AskedDiagnosis) throws(Problem) {
    try requireAdmissible(asked.parameters)
    _ = try calibration(of: asked.parameters)
    try Problem.from { () throws(InferenceError) in try service.requireReadable(asked.volume) }
    try requireRoomForJob()
  }

  /// Jobs of an earlier process go first; that takes a moment after the model is there.
  private func requireOpenDesk() async throws(Problem) {
    for _ in 0..<100 where !jobs.isOpen { try? await Task.sleep(for: .milliseconds(50)) }
    guard jobs.isOpen else { throw Problem(InferenceError.store(.corrupt)) }
  }

  private func write(
    _ job: Job, upload: UploadedFile?, _ archive: Archive, at now: Int
  ) async throws(Problem) -> Job {
    if let upload {
      do throws(HTTPError) {
        try await uploads.keep(upload, as: job.id)
      } catch {
        throw Problem(error)
      }
    }
    let kept: JobRecord
    do throws(Problem) {
      kept = try await Problem.from { () async throws(StoreError) in
        try await archive.store.addJob(job.record, unlessEndedSince: now - Job.lifetime)
      }
    } catch {
      uploads.remove(job.id)
      throw error
    }
    guard kept.id == job.id else {
      // The same request came twice at once, and the other one was quicker.
      uploads.remove(job.id)
      guard let known = Job(kept) else { throw Self.unknownJob }
      return try Self.same(known, as: job)
    }
    jobs.add(job)
    return job
  }

  private func known(_ key: [UInt8], _ archive: Archive) async throws(Problem) -> Job? {
    try await Problem.from { () async throws(StoreError) in
      try await archive.store.job(repetitionKey: key)
    }.flatMap(Job.init)
  }

  private static func same(_ known: Job, as job: Job) throws(Problem) -> Job {
    guard known.fingerprint == job.fingerprint else {
      throw Problem(
        .idempotencyMismatch, "This Idempotency-Key was used for another request.",
        hint: "Use a new key for a new request.")
    }
    return known
  }

  /// Different clients may use the same words.
  private static func repetitionKey(of head: RequestHead) throws(Problem) -> [UInt8]? {
    let values = head.headers.values(repetitionHeader)
    guard let value = values.first else { return nil }
    guard values.count == 1, (1...repetitionByteLimit).contains(value.utf8.count) else {
      throw Problem(
        .malformedRequest,
        "Idempotency-Key must come once and have 1 to \(repetitionByteLimit) bytes.",
        limit: .integer(repetitionByteLimit))
    }
    var hash = SHA256()
    hash.update(data: Array((head.client ?? "").utf8) + [0])
    hash.update(data: Array(value.utf8))
    return Array(hash.finalize())
  }
}
