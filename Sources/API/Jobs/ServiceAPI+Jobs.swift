internal import Archives
internal import Formats
internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  /// Diagnoses that are made later.
  var jobRoutes: [Route] {
    let path = "/v1/jobs/{id}"
    return [
      Route(.get, path, scope: .infer) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          try await showJob(request.head, archive)
        }
      },
      Route(.delete, path, scope: .infer) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          try await cancelJob(request.head, archive)
        }
      },
      Route(.get, "\(path)/events", scope: .infer) { request in
        await answerFromArchive(request) { (archive) async throws(Problem) in
          try await followJob(request.head, archive)
        }
      },
    ]
  }

  /// A request with the same value is the same job.
  static let repetitionHeader = "Idempotency-Key"
  /// Bytes of that value.
  static let repetitionByteLimit = 255
  /// Seconds after its end in which it is known that there was one.
  static let jobMemory = 7 * 24 * 3600
  /// Most seconds for which a client may wait for a job with one request.
  static let longestWait = 60

  /// How many jobs stand where, and how many ended how since the start.
  public var jobCensus: [(status: String, count: Int)] { jobs.census }
}

extension ServiceAPI {
  private func showJob(_ head: RequestHead, _ archive: Archive) async throws(Problem) -> Response {
    let job = try await job(head.pathParameters["id"] ?? "", archive)
    return try await answer(
      job, head, archive, accepted: false, waiting: Preferences(head.headers).wait)
  }

  /// The job as it is now, or as it is when it has ended or the client has waited long enough.
  ///
  /// - Parameter accepted: Whether the request was for the result itself, which it then gets if it is there in time.
  func answer(
    _ job: Job, _ head: RequestHead, _ archive: Archive, accepted: Bool, waiting wait: Int?
  ) async throws(Problem) -> Response {
    var job = job
    if let wait, job.outcome == nil {
      let changes = jobs.changes(of: job.id)
      if jobs.place(of: job.id) != nil {
        await untilEnd(of: changes, atMost: .seconds(min(wait, Self.longestWait)))
      }
      job = try await self.job(job.id, archive)
    }
    var response = Response.json(body(of: job), status: accepted ? 202 : 200)
    if accepted {
      response.headers.set("Location", "/v1/jobs/\(job.id)")
      // Who waited gets the result itself.
      if wait != nil, let result = try await result(of: job, archive) { response = result }
    }
    if job.outcome == nil { response.headers.set("Retry-After", String(retryAfter(of: job))) }
    let applied =
      (accepted ? ["respond-async"] : [])
      + (wait.map { ["wait=\(min($0, Self.longestWait))"] } ?? [])
    if !applied.isEmpty {
      response.headers.set("Preference-Applied", applied.joined(separator: ", "))
    }
    return response
  }

  private func cancelJob(_ head: RequestHead, _ archive: Archive) async throws(Problem) -> Response
  {
    let id = head.pathParameters["id"] ?? ""
    _ = try await job(id, archive)
    let changes = jobs.changes(of: id)
    if let waiting = jobs.cancel(id) {
      jobs.tellEnd(of: await close(waiting, .cancelled))
    } else if jobs.place(of: id) != nil {
      // It runs, and ends at the next step of its arithmetic.
      await untilEnd(of: changes, atMost: .seconds(Self.longestWait))
    }
    guard try await job(id, archive).outcome == .cancelled else {
      throw Problem(
        .conflict, "The job has ended already.", hint: "To erase its result, DELETE the volume.")
    }
    return Response(status: 204)
  }

  private func followJob(_ head: RequestHead, _ archive: Archive) async throws(Problem) -> Response
  {
    let type = try MediaChoice.choose(head.headers["Accept"], among: ["text/event-stream"])
    let id = head.pathParameters["id"] ?? ""
    let changes = jobs.changes(of: id)
    let job = try await job(id, archive)
    let pieces = AsyncStream<[UInt8]>(bufferingPolicy: .bufferingNewest(16)) { pieces in
      pieces.yield(event(job))
      let telling = Task {
        if job.outcome == nil {
          for await _ in changes {
            if let now = try? await self.job(id, archive), now.outcome == nil {
              pieces.yield(event(now))
            }
          }
          if let last = try? await self.job(id, archive) { pieces.yield(event(last)) }
        }
        pieces.finish()
      }
      let beating = Task {
        // Proxies close what says nothing for long.
        while (try? await Task.sleep(for: .seconds(15))) != nil {
          pieces.yield(Array(":\n\n".utf8))
        }
      }
      pieces.onTermination = { _ in
        telling.cancel()
        beating.cancel()
      }
    }
    return Response(
      status: 200, headers: ["Content-Type": type, "X-Accel-Buffering": "no"],
      stream: ResponseStream(pieces))
  }

  private func event(_ job: Job) -> [UInt8] {
    let (word, body) = (status(of: job), body(of: job))
    return Array("event: \(word)\ndata: ".utf8) + body.bytes + Array("\n\n".utf8)
  }

  /// The job of an id. Once it has ended, its upload is gone.
  ///
  /// - Throws: ``Problem`` `not-found` and `result-expired`.
  private func job(_ id: String, _ archive: Archive) async throws(Problem) -> Job {
    if let unwritten = jobs.unwritten(id) { return unwritten }
    let isHere = jobs.place(of: id) != nil
    var record = try await Problem.from { () async throws(StoreError) in
      try await archive.store.job(id: id)
    }
    if !isHere, record?.endedAt == nil, record != nil, jobs.place(of: id) == nil {
      // It may have ended between the two questions.
      record = try await Problem.from { () async throws(StoreError) in
        try await archive.store.job(id: id)
      }
    }
    guard let job = record.flatMap(Job.init) else { throw Self.unknownJob }
    if job.outcome != nil, jobs.place(of: id) != nil {
      // Its end is committed; its upload is being removed.
      let changes = jobs.changes(of: id)
      if jobs.place(of: id) != nil {
        await untilEnd(of: changes, atMost: .seconds(Self.longestWait))
      }
    }
    guard !job.isExpired(at: Timestamp.seconds()) else {
      throw Problem(
        .resultExpired, "The job ended more than \(Job.lifetime / 3600) hours ago.",
        limit: .integer(Job.lifetime))
    }
    return job
  }

  /// What the request would have been answered, if the job has ended; nil while it has not.
  private func result(of job: Job, _ archive: Archive) async throws(Problem) -> Response? {
    switch job.outcome {
    case .succeeded(let id)?:
      let found = try await Problem.from { () async throws(StoreError) in
        try await archive.store.diagnosis(id: id)
      }
      guard let found else { return nil }
      return Response(
        status: 200,
        headers: ["Content-Type": Self.json, "Location": "/v1/diagnoses/\(id)"],
        body: found.document)
    case .failed(let problem)?:
      guard let status = problem["status"]?.integer(in: 400...599) else { return nil }
      return Response(
        status: status, headers: ["Content-Type": "application/problem+json"], body: problem.bytes)
    case .cancelled?, nil: return nil
    }
  }

  private func status(of job: Job) -> String {
    if let outcome = job.outcome { return outcome.word }
    if case .running? = jobs.place(of: job.id) { return "running" }
    return "queued"
  }

  private func body(of job: Job) -> JSON {
    let place = job.outcome == nil ? jobs.place(of: job.id) : nil
    var (position, progress) = (nil as Int?, job.outcome == nil ? 0.0 : 1.0)
    switch place {
    case .waiting(let behind)?: position = behind
    case .running(let share)?: (position, progress) = (0, share)
    case nil: break
    }
    var (result, problem) = (JSON.null, JSON.null)
    switch job.outcome {
    case .succeeded(let id)?: result = .string("/v1/diagnoses/\(id)")
    case .failed(let found)?: problem = found
    case .cancelled?, nil: break
    }
    return [
      "id": .string(job.id), "status": .string(status(of: job)),
      "created_at": .string(Timestamp.rfc3339(secondsSince1970: job.createdAt)),
      "ended_at": .optional(job.endedAt) { .string(Timestamp.rfc3339(secondsSince1970: $0)) },
      "position": .optional(position, JSON.integer),
      "eta_seconds": .optional(job.outcome == nil ? eta(place) : nil, JSON.integer),
      "progress": .double(progress), "result": result, "problem": problem,
    ]
  }

  /// Seconds until a job is done, if all take as long as the last ones did.
  private func eta(_ place: JobDesk.Place?) -> Int {
    switch place {
    case .running(let progress)?: seconds(service.volumeTime * (1 - progress))
    // The job that runs is one of the lane's own.
    case .waiting(let behind)?: seconds(service.expectedTime(behind: max(behind - 1, 0)))
    case nil: seconds(service.expectedTime(behind: jobs.count))
    }
  }

  private func retryAfter(of job: Job) -> Int {
    min(max(eta(jobs.place(of: job.id)), 1), Self.longestWait)
  }

  /// Whole seconds, rounded up.
  func seconds(_ duration: Duration) -> Int {
    let parts = duration.components
    return Int(parts.seconds) + (parts.attoseconds > 0 ? 1 : 0)
  }

  /// Returns when `changes` ends, or the time is over.
  private func untilEnd(of changes: AsyncStream<Void>, atMost time: Duration) async {
    let waiting = Task { for await _ in changes {} }
    let alarm = clock.set(after: time) { waiting.cancel() }
    await withTaskCancellationHandler {
      await waiting.value
    } onCancel: {
      waiting.cancel()
    }
    clock.stop(alarm)
  }

  static let unknownJob = Problem(
    .notFound, "No job with this id is known.",
    hint: "POST /v1/diagnoses with Prefer: respond-async makes a job.")
}
