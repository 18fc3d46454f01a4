internal import Archives
internal import Formats
internal import HTTP
internal import Hashing
internal import Inference
internal import Jobs
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  var jobRoutes: [Route] {
    let path = "/v1/jobs/{id}"
    return [
      route(.get, path, .infer, showJob), route(.delete, path, .infer, cancelJob),
      route(.get, "\(path)/events", .infer, followJob),
    ]
  }

  /// The header that contains the repetition key. Requests of a client with the same value share one job.
  static let repetitionHeader = "Idempotency-Key"
  /// Maximum size of the repetition key in bytes.
  static let repetitionByteLimit = 255
  /// The longest time that one request waits for a job, in seconds.
  static let longestWait = 60
}

extension ServiceAPI {
  private func showJob(_ call: Call) async throws -> Response {
    let job = try await job(call.parameter("id"))
    return try await answer(
      job, accepted: false, waiting: Preferences(call.head.headers).wait, at: call.head.prefix)
  }

  /// Responds with the status of a job. If `wait` is not nil, first waits until the job ends, for at most this many
  /// seconds.
  ///
  /// - Parameters:
  ///   - accepted: Whether the request asked for a diagnosis, so that its job was accepted. If such a client is ready
  ///     to wait and the job has ended, the response is the result instead of the status.
  ///   - prefix: The path prefix under which a proxy publishes the service.
  func answer(
    _ job: Job, accepted: Bool, waiting wait: Int?, at prefix: String
  ) async throws -> Response {
    var job = job
    if let wait, job.outcome == nil {
      let changes = jobs.queue.changes(of: job.id)
      if await jobs.standing(of: job.id) != nil {
        await untilEnd(of: changes, atMost: .seconds(min(wait, Self.longestWait)))
      }
      job = try await self.job(job.id)
    }
    let place = await place(of: job)
    var response = Response.json(body(of: job, place, prefix), status: accepted ? 202 : 200)
    if accepted {
      response.headers.set("Location", "/v1/jobs/\(job.id)")
      // The client was ready to wait, so it gets the result instead of the status.
      if wait != nil, let result = try await result(of: job, prefix) { response = result }
    }
    if job.outcome == nil { response.headers.set("Retry-After", String(retryAfter(place))) }
    let applied =
      (accepted ? ["respond-async"] : [])
      + (wait.map { ["wait=\(min($0, Self.longestWait))"] } ?? [])
    if !applied.isEmpty {
      response.headers.set("Preference-Applied", applied.joined(separator: ", "))
    }
    return response
  }

  private func cancelJob(_ call: Call) async throws -> Response {
    let id = call.parameter("id")
    _ = try await job(id)
    let changes = jobs.queue.changes(of: id)
    try await jobs.cancel(id)
    if await jobs.standing(of: id) != nil {
      // The job is running. It ends at the next step of its computation.
      await untilEnd(of: changes, atMost: .seconds(Self.longestWait))
    }
    guard try await job(id).outcome == .cancelled else {
      throw Problem(
        .conflict, "The job has ended already.", hint: "To erase its result, DELETE the volume.")
    }
    return Response(status: 204)
  }

  private func followJob(_ call: Call) async throws -> Response {
    let type = try MediaChoice.choose(call.head.headers["Accept"], among: ["text/event-stream"])
    let id = call.parameter("id")
    let changes = jobs.queue.changes(of: id)
    let job = try await job(id)
    let prefix = call.head.prefix
    let first = await event(job, prefix)
    let pieces = AsyncStream<[UInt8]>(bufferingPolicy: .bufferingNewest(16)) { pieces in
      pieces.yield(first)
      let telling = Task {
        if job.outcome == nil {
          for await _ in changes {
            if let now = try? await self.job(id), now.outcome == nil {
              pieces.yield(await event(now, prefix))
            }
          }
          if let last = try? await self.job(id) { pieces.yield(await event(last, prefix)) }
        }
        pieces.finish()
      }
      let beating = Task {
        // Sends empty comments, because proxies close connections that carry no data.
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

  private func event(_ job: Job, _ prefix: String) async -> [UInt8] {
    let place = await place(of: job)
    let (word, body) = (status(of: job, place), body(of: job, place, prefix))
    return Array("event: \(word)\ndata: ".utf8) + body.bytes + Array("\n\n".utf8)
  }

  /// Returns the job with an id. If the job has ended, waits until its upload has been removed.
  ///
  /// - Throws: ``Problem`` `not-found` or `result-expired`.
  private func job(_ id: String) async throws -> Job {
    let job = try await jobs.job(id)
    if job.outcome != nil, jobs.queue.place(of: id) != nil {
      // The job's end is stored, but its upload may still exist.
      let changes = jobs.queue.changes(of: id)
      if jobs.queue.place(of: id) != nil {
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

  /// Returns the response that a direct request would have received; nil if the job is unfinished or was cancelled.
  private func result(of job: Job, _ prefix: String) async throws -> Response? {
    switch job.outcome {
    case .succeeded(let id)?:
      guard let found = try await service.requireArchive().store.diagnosis(id: id) else {
        return nil
      }
      return Response(
        status: 200,
        headers: ["Content-Type": Self.json, "Location": "/v1/diagnoses/\(id)"],
        body: try DiagnosisForm.json(in: found.document))
    case .failed(let problem)?:
      guard let status = problem["status"]?.integer(in: 400...599) else { return nil }
      return Response(
        status: status, headers: ["Content-Type": "application/problem+json"],
        body: Self.problem(problem, at: prefix).bytes)
    case .cancelled?, nil: return nil
    }
  }

  /// Returns the state of an unfinished job in the queue; nil if the job has ended.
  private func place(of job: Job) async -> JobQueue.Standing? {
    job.outcome == nil ? await jobs.standing(of: job.id) : nil
  }

  /// Returns the status of a job in the form that `GET /v1/jobs/{id}` uses.
  ///
  /// - Parameter prefix: The path prefix under which a proxy publishes the service.
  func statusBody(of job: Job, at prefix: String) async -> JSON {
    body(of: job, await place(of: job), prefix)
  }

  private func status(of job: Job, _ place: JobQueue.Standing?) -> String {
    if let outcome = job.outcome { return outcome.word }
    if case .running? = place { return "running" }
    return "queued"
  }

  private func body(of job: Job, _ place: JobQueue.Standing?, _ prefix: String) -> JSON {
    var (position, progress) = (nil as Int?, job.outcome == nil ? 0.0 : 1.0)
    switch place {
    case .waiting(let behind)?: position = behind
    case .running(let share)?: (position, progress) = (0, share)
    case nil: break
    }
    var (result, problem) = (JSON.null, JSON.null)
    switch job.outcome {
    case .succeeded(let id)?: result = .string("\(prefix)/v1/diagnoses/\(id)")
    case .failed(let found)?: problem = Self.problem(found, at: prefix)
    case .cancelled?, nil: break
    }
    return [
      "id": .string(job.id), "status": .string(status(of: job, place)),
      "created_at": .string(Timestamp.rfc3339(secondsSince1970: job.createdAt)),
      "ended_at": .optional(job.endedAt) { .string(Timestamp.rfc3339(secondsSince1970: $0)) },
      "position": .optional(position, JSON.integer),
      "eta_seconds": .optional(job.outcome == nil ? eta(place) : nil, JSON.integer),
      "progress": .double(progress), "result": result, "problem": problem,
    ]
  }

  /// Returns a stored problem whose `type` starts with a prefix.
  private static func problem(_ stored: JSON, at prefix: String) -> JSON {
    guard let members = stored.object?.members else { return stored }
    return .members(
      members.map { key, value in
        guard key == "type", let path = value.text else { return (key, value) }
        return (key, .string(prefix + path))
      })
  }

  /// Returns the expected number of seconds until a job ends. The estimate is based on the times of recent volumes.
  private func eta(_ place: JobQueue.Standing?) -> Int {
    switch place {
    case .running(let progress)?: seconds(service.volumeTime * (1 - progress))
    // Subtracts 1 for the running job, because the queue of volumes already contains it.
    case .waiting(let behind)?: seconds(service.expectedTime(behind: max(behind - 1, 0)))
    case nil: seconds(service.expectedTime(behind: jobs.queue.count))
    }
  }

  private func retryAfter(_ place: JobQueue.Standing?) -> Int {
    min(max(eta(place), 1), Self.longestWait)
  }

  /// Converts a duration to seconds, rounded up to a whole number.
  func seconds(_ duration: Duration) -> Int {
    let parts = duration.components
    return Int(parts.seconds) + (parts.attoseconds > 0 ? 1 : 0)
  }

  /// Waits until the stream `changes` ends, but not longer than `time`.
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

  /// Returns the key by which a repeated request finds its job; nil if the request has no `Idempotency-Key`. The key
  /// includes the client's name, because different clients may use the same `Idempotency-Key`.
  ///
  /// - Throws: ``Problem`` `malformed-request` if the header occurs more than once or its value has an invalid length.
  static func repetitionKey(of head: RequestHead) throws(Problem) -> [UInt8]? {
    let values = head.headers.values(repetitionHeader)
    guard let value = values.first else { return nil }
    guard values.count == 1, (1...repetitionByteLimit).contains(value.utf8.count) else {
      throw Problem(
        .malformedRequest,
        "Idempotency-Key must occur once and have 1 to \(repetitionByteLimit) bytes.",
        limit: .integer(repetitionByteLimit))
    }
    var hash = SHA256()
    hash.update(data: Array((head.client ?? "").utf8) + [0])
    hash.update(data: Array(value.utf8))
    return Array(hash.finalize())
  }
}
