internal import Archives
internal import Calibrations
internal import Diagnoses
internal import Formats
internal import HTTP
internal import Inference
internal import Jobs
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  /// The routes that make and show diagnoses.
  var diagnosisRoutes: [Route] {
    [
      route(
        .post, "/v1/diagnoses", .infer, body: diagnosisUpload, isTimed: true,
        admitting: admitDiagnosis, diagnose),
      route(.get, "/v1/diagnoses/{id}", .read, showDiagnosis),
    ]
  }

  /// The accepted uploads of volumes. A NIfTI file is the whole body or a form part. DICOM files are in a ZIP, or each
  /// is a form part.
  var volumeUpload: UploadPolicy {
    UploadPolicy(
      byteLimit: limits.bodyBytes,
      rawTypes: [
        "application/octet-stream", "application/gzip", "application/x-nifti", "application/zip",
      ],
      form: FormPolicy(
        fileFields: ["volume"], seriesField: "dicom", seriesLimit: service.seriesFileLimit,
        memoryFields: ["request": limits.requestPartBytes]))
  }

  /// The uploads of ``volumeUpload``, and JSON that refers to a stored volume.
  private var diagnosisUpload: UploadPolicy {
    let volume = volumeUpload
    return UploadPolicy(
      byteLimit: volume.byteLimit, rawTypes: volume.rawTypes + [Self.json],
      rawLimits: [Self.json: limits.requestPartBytes], form: volume.form)
  }

  /// Reserves a place in the queue, and reads what the head asks for.
  private func admitDiagnosis(_ head: RequestHead) throws -> AdmittedDiagnosis {
    let isJSON = Self.isJSON(head)
    let isJob = Preferences(head.headers).respondsAsynchronously && service.archive != nil
    let key = isJob ? try Self.repetitionKey(of: head) : nil
    // A JSON body refers to a stored volume, which needs no place in the queue.
    let place: Place? =
      if isJob {
        try jobs.takePlace(for: key)
      } else if isJSON {
        nil
      } else {
        try service.takePlace(within: allowance(of: head))
      }
    var asked: AskedDiagnosis?
    do {
      asked = try askedDiagnosis(head)
    } catch {
      // Another process may just have stored what the head names. The handler can wait for the news.
      guard service.isFollowing, Self.namesNothingKnown(error) else { throw error }
    }
    return AdmittedDiagnosis(asked: asked, isJob: isJob, repetitionKey: key, place: place)
  }

  /// Reads the parameters, the prompts and the calibration that a head names.
  private func askedDiagnosis(_ head: RequestHead) throws -> AskedDiagnosis {
    let parameters = try DiagnosisParameters(query: head.query, prompts: service.promptReading())
    let calibration = try service.calibration(named: parameters.calibration)
    // A form or JSON body may contain more prompts, but a raw file cannot.
    let isForm = head.headers["Content-Type"]?.lowercased().hasPrefix("multipart/") ?? false
    return AskedDiagnosis(
      parameters: parameters, prompts: isForm || Self.isJSON(head) ? nil : try admit(parameters),
      calibration: calibration)
  }

  /// Returns what the head asks for. If other processes may change prompt sets and calibrations, waits for the newest.
  private func asked(_ admitted: AdmittedDiagnosis, _ head: RequestHead) async throws
    -> AskedDiagnosis
  {
    guard service.isFollowing else { return try admitted.asked ?? askedDiagnosis(head) }
    await service.refresh()
    return try askedDiagnosis(head)
  }

  /// True if a request was refused because it names an unknown prompt set or calibration.
  static func namesNothingKnown(_ error: any Error) -> Bool {
    [.unknownPromptSet, .unknownCalibration].contains(Problem(error).type)
  }

  private func diagnose(_ call: Call, _ admitted: AdmittedDiagnosis) async throws -> Response {
    defer { admitted.place?.giveBack() }
    var (upload, json): (UploadedFile?, [UInt8]?)
    if Self.isJSON(call.head) {
      json = try self.json(of: call.request)
    } else {
      (upload, json) = try Self.parts(of: call.request)
      if let upload { try Self.requireDigest(call.request, of: upload) }
    }
    let asked = try await asked(admitted, call.head)
    var parameters = asked.parameters
    if let json {
      try parameters.add(
        json: json, namesVolume: upload == nil, prompts: service.promptReading())
    }
    // Every client may get the embedding of a volume that it sends. The embedding of a stored volume requires the scope
    // `read`.
    if upload == nil, parameters.includesEmbedding {
      try Self.requireMayRead(call.head, at: "/options/include_embedding")
    }
    let calibration =
      parameters.calibration == asked.parameters.calibration
      ? asked.calibration : try service.calibration(named: parameters.calibration)
    let request = DiagnosisRequest(
      volume: upload.map { .file(VolumeSource($0)) } ?? .stored(id: parameters.volumeID ?? ""),
      prompts: try asked.prompts ?? admit(parameters), calibration: calibration,
      persists: parameters.persists)
    if admitted.isJob, parameters.persists ?? true {
      let order = RequestedOrder(
        upload: upload.map(JobOrder.Upload.init), query: call.head.query, request: json)
      let job = try await jobs.accept(
        parameters.order(order.upload), fingerprint: order.fingerprint,
        key: admitted.repetitionKey, in: admitted.place
      ) { id in
        try await service.requireReadable(request.volume)
        if let upload { try await uploads.keep(upload, as: id) }
      }
      return try await answer(
        job, accepted: true, waiting: Preferences(call.head.headers).wait, at: call.head.prefix)
    }
    let view = DiagnosisView(
      includesEmbedding: parameters.includesEmbedding,
      showsAllComponents: parameters.showsAllComponents)
    let made = try await service.make(
      request, view, in: admitted.isJob ? .accepted : admitted.place,
      received: call.request.receiveDuration, since: call.start)
    var response = Response(
      status: 200, headers: ["Content-Type": Self.json], body: made.diagnosis.json.bytes)
    if (try? await service.keep(made)) != nil {
      response.headers.set("Location", "/v1/diagnoses/\(made.stamp.id)")
    }
    response.headers.set("Server-Timing", Self.serverTiming(made.timings, total: call.duration))
    return response
  }

  /// Tokenizes the prompts of a request. A problem points to the prompt that caused it.
  func admit(_ parameters: DiagnosisParameters) throws -> AdmittedPrompts {
    do {
      return try service.admit(parameters.prompts, topK: parameters.topK)
    } catch {
      throw error.problem.pointing(at: parameters)
    }
  }

  /// Throws an error if the client does not have the scope `read`.
  ///
  /// - Parameter pointer: The JSON Pointer of the member that requires the scope.
  static func requireMayRead(_ head: RequestHead, at pointer: String) throws(Problem) {
    guard head.scopes.contains(.read) else {
      throw HTTPError.insufficientScope(.read).problem.at(pointer)
    }
  }

  private func showDiagnosis(_ call: Call) async throws -> Response {
    let archive = try service.requireArchive()
    let form = try DiagnosisForm(accept: call.head.headers["Accept"])
    let kept = try await diagnosis(call.parameter("id"), archive)
    guard form.showsMetadata else { return try form.response(kept.document) }
    let volume = try await archive.record(ofVolume: kept.volumeID)
    return try form.response(kept.document, of: volume?.metadata)
  }

  func diagnosis(_ id: String, _ archive: Archive) async throws -> DiagnosisRecord {
    guard let found = try await archive.store.diagnosis(id: id) else {
      throw Problem(.notFound, "No diagnosis with this id is stored.")
    }
    return found
  }

  /// Returns the value of `Server-Timing`: the duration of each stage in milliseconds.
  static func serverTiming(_ timings: StageTimings, total: Duration) -> String {
    (timings.stages + [("total", total)])
      .map { "\($0.name);dur=\($0.time.milliseconds)" }.joined(separator: ", ")
  }
}

extension VolumeSource {
  /// Describes a whole upload. The volume's id is computed from the received bytes.
  init(_ upload: UploadedFile) {
    self.init(
      fileDescriptor: upload.file.fileDescriptor, byteCount: upload.byteCount, parts: upload.parts,
      sha256: upload.sha256, owner: upload.file)
  }
}

/// What the head of a diagnosis request asks for.
struct AskedDiagnosis: Sendable {
  /// The parameters in the query.
  let parameters: DiagnosisParameters
  /// The tokenized prompts; nil if the body may contain more prompts.
  let prompts: AdmittedPrompts?
  /// The calibration. It is looked up before the volume waits, so replacing it later has no effect on this request.
  let calibration: LoadedCalibration?
}

/// What the head of a diagnosis request provides, including a reserved place in a queue.
struct AdmittedDiagnosis: Sendable {
  /// What the head asks for; nil if it names a prompt set or calibration that only another process may know.
  let asked: AskedDiagnosis?
  /// True if the client prefers a job to waiting for the result.
  let isJob: Bool
  /// Identifies the job for repeated requests; nil if the request has no `Idempotency-Key` or starts no job.
  let repetitionKey: [UInt8]?
  /// The reserved place in the queue of jobs or volumes; nil if the request needs none.
  let place: Place?
}
