internal import HTTP
internal import Inference
public import Jobs
internal import Storage
internal import StrictJSON

/// Makes diagnoses for jobs in the same way as for direct requests.
struct JobWorker: JobEngine.Worker {
  let service: DiagnosisService
  /// The uploads of jobs that are waiting or running.
  let uploads: any UploadVault

  func diagnose(
    _ order: JobOrder, job: String, _ progress: @escaping @Sendable (Double) -> Void
  ) async throws -> DiagnosisRecord {
    let start = ContinuousClock.now
    let volume = try await volume(of: order, job)
    // The order contains only the calibration's name. Another process may just have replaced the calibration.
    await service.refresh()
    let request = DiagnosisRequest(
      volume: volume, prompts: try service.admit(order.prompts, topK: order.topK),
      calibration: try service.calibration(named: order.calibration))
    let view = DiagnosisView(
      includesEmbedding: order.includesEmbedding, showsAllComponents: order.showsAllComponents)
    let made = try await service.make(
      request, view, in: .accepted, received: nil, since: start, progress: progress)
    guard made.mayBeStored, made.isVolumeStored else { throw JobError.resultNotStored }
    return made.record
  }

  private func volume(of order: JobOrder, _ job: String) async throws -> VolumeReference {
    switch order.volume {
    case .stored(let id): return .stored(id: id)
    case .upload(let file):
      let upload = try await uploads.upload(
        job, byteCount: file.byteCount, sha256: file.sha256, contentType: file.contentType,
        parts: file.parts)
      guard let upload else {
        throw Problem(
          .internalError, "The uploaded file was removed or changed while the job waited.")
      }
      return .file(VolumeSource(upload))
    }
  }

  func problem(_ error: any Error) -> JSON { Problem(error).json(requestID: nil) }

  func removeUpload(of job: String) async { await uploads.remove(job) }

  func removeUploads(butOf jobs: Set<String>) async { await uploads.removeAll(but: jobs) }

  func removeAbandonedUploads(butOf jobs: Set<String>) async {
    await uploads.removeAbandoned(but: jobs)
  }

  func order(ofEarlierVersion json: JSON) -> JobOrder? {
    try? RequestedOrder(json)?.order(service.promptReading())
  }
}

extension JobError: Refusal {
  /// The problem that describes why the job was not accepted or failed.
  public var problem: Problem {
    switch self {
    case .queueFull(let limit, let retryAfter):
      Problem(
        .queueFull,
        "The queue is full. At most \(limit) jobs may wait, including uploads in progress.",
        limit: .integer(limit),
        retryAfter: retryAfter)
    case .otherRequest:
      Problem(
        .idempotencyMismatch, "This Idempotency-Key was used for another request.",
        hint: "Use a new key for a new request.")
    case .unknown:
      Problem(
        .notFound, "No job with this id is known.",
        hint: "POST /v1/diagnoses with Prefer: respond-async makes a job.")
    case .resultNotStored: Problem(.storeUnavailable, "The result could not be stored.")
    case .abandoned(let attempts):
      Problem(
        .jobAbandoned, "The service ended \(Job.attemptLimit) times while it worked on this job.",
        limit: .integer(Job.attemptLimit), actual: .integer(attempts))
    }
  }
}
