internal import HTTP
internal import Inference
internal import Storage
internal import StrictJSON

extension ServiceAPI {
  /// `POST /v1/diagnoses`: a volume and prompts in, ranked findings out.
  var diagnosisRoute: Route {
    Route(
      .post, "/v1/diagnoses", scope: .infer, body: .upload(diagnosisUpload),
      admission: { head in refuseEarly(head) }
    ) { request in
      await answer(request) { () async throws(Problem) in try await diagnose(request) }
    }
  }

  /// A diagnosis that was kept, as it was answered.
  var keptDiagnosisRoute: Route {
    Route(.get, "/v1/diagnoses/{id}", scope: .read) { request in
      await answerFromArchive(request) { (archive) async throws(Problem) in
        try await showDiagnosis(request.head, archive)
      }
    }
  }

  /// What volumes come as: the file itself, or a form.
  var volumeUpload: UploadPolicy {
    UploadPolicy(
      byteLimit: limits.bodyBytes,
      rawTypes: ["application/octet-stream", "application/gzip", "application/x-nifti"],
      form: FormPolicy(
        fileFields: ["volume"], memoryFields: ["request": limits.requestPartBytes]))
  }

  /// The same, or JSON that names a volume that is kept.
  private var diagnosisUpload: UploadPolicy {
    let volume = volumeUpload
    return UploadPolicy(
      byteLimit: volume.byteLimit, rawTypes: volume.rawTypes + [Self.json],
      rawLimits: [Self.json: limits.requestPartBytes], form: volume.form)
  }

  /// No place in the queue, no model, a misspelt parameter: known before the first byte of the body.
  private func refuseEarly(_ head: RequestHead) -> Response? {
    do throws(Problem) {
      let isJSON = Self.isJSON(head)
      if !isJSON { try Problem.from { () throws(InferenceError) in try service.requireCapacity() } }
      let parameters = try parameters(query: head.query)
      _ = try calibration(of: parameters)
      // A form or JSON may bring more prompts; a raw file brings none.
      let isForm = head.headers["Content-Type"]?.lowercased().hasPrefix("multipart/") ?? false
      guard !isForm && !isJSON else { return nil }
      try Problem.from(parameters) { () throws(InferenceError) in
        try service.requireAdmissible(parameters.prompts, topK: parameters.topK)
      }
      return nil
    } catch {
      return error.response(requestID: head.id)
    }
  }

  private func diagnose(_ request: Request) async throws(Problem) -> Response {
    let start = ContinuousClock.now
    let (volume, parameters) = try asked(by: request)
    let (diagnosis, model) = try await diagnose(volume, parameters)
    let total = request.receiveDuration + (ContinuousClock.now - start)
    let stamp = DiagnosisStamp()
    var response = Response.json(
      DiagnosisBody.json(
        diagnosis, model: model,
        view: DiagnosisView(
          includesEmbedding: parameters.includesEmbedding,
          showsAllComponents: parameters.showsAllComponents),
        stamp: stamp, received: request.receiveDuration, total: total))
    if await keep(response.body, stamp, diagnosis, parameters) {
      response.headers.set("Location", "/v1/diagnoses/\(stamp.id)")
    }
    response.headers.set("Server-Timing", Self.serverTiming(diagnosis.timings, total: total))
    return response
  }

  /// Keeps the answer with its volume, so that it can be had again; an answer that cannot be kept has no `Location`.
  private func keep(
    _ body: [UInt8], _ stamp: DiagnosisStamp, _ diagnosis: Diagnosis,
    _ parameters: DiagnosisParameters
  ) async -> Bool {
    guard let archive = service.archive, diagnosis.cache.isStored, parameters.persists ?? true
    else { return false }
    do throws(InferenceError) {
      return try await archive.add(
        DiagnosisRecord(
          id: stamp.id, createdAt: stamp.seconds, volumeID: diagnosis.volume.id, document: body))
    } catch {
      return false
    }
  }

  private func showDiagnosis(
    _ head: RequestHead, _ archive: Archive
  ) async throws(Problem) -> Response {
    let id = head.pathParameters["id"] ?? ""
    let form = try DiagnosisForm(accept: head.headers["Accept"])
    let found = try await Problem.from { () async throws(InferenceError) in
      try await archive.diagnosis(id)
    }
    guard let found else {
      throw Problem(.notFound, "No diagnosis with this id is kept.")
    }
    return try form.response(found.document)
  }

  /// The volume and what is asked of it.
  private func asked(
    by request: Request
  ) throws(Problem) -> (VolumeReference, DiagnosisParameters) {
    guard !Self.isJSON(request.head) else {
      let json = try self.json(of: request)
      let parameters = try parameters(query: request.head.query, json: json, namesVolume: true)
      return (.stored(id: parameters.volumeID ?? ""), parameters)
    }
    let (file, json) = try Self.parts(of: request)
    try Self.requireDigest(request, of: file)
    return (.file(VolumeSource(file)), try parameters(query: request.head.query, json: json))
  }

  private func diagnose(
    _ volume: VolumeReference, _ parameters: DiagnosisParameters
  ) async throws(Problem) -> (Diagnosis, LoadedModel) {
    // Looked up once, here: a calibration that is replaced while the volume waits changes nothing.
    let calibration = try calibration(of: parameters)
    do throws(InferenceError) {
      let diagnosis = try await service.diagnose(
        DiagnosisRequest(
          volume: volume, prompts: parameters.prompts, topK: parameters.topK,
          calibration: calibration, persists: parameters.persists))
      return (diagnosis, try service.requireModel())
    } catch {
      throw Problem(error).pointing(at: parameters)
    }
  }

  private func calibration(
    of parameters: DiagnosisParameters
  ) throws(Problem) -> LoadedCalibration? {
    try Problem.from { () throws(InferenceError) in
      try service.calibration(named: parameters.calibration)
    }
  }

  private func parameters(
    query: [QueryItem], json: [UInt8]? = nil, namesVolume: Bool = false
  ) throws(Problem) -> DiagnosisParameters {
    try DiagnosisParameters(
      query: query, json: json, namesVolume: namesVolume, prompts: promptReading())
  }

  /// How prompts are read with the model in use.
  func promptReading() throws(Problem) -> PromptReading {
    let model = try Problem.from { () throws(InferenceError) in try service.requireModel() }
    let archive = service.archive
    return PromptReading(template: model.template) { archive?.promptSet($0)?.document }
  }

  private static func serverTiming(_ timings: StageTimings, total: Duration) -> String {
    (timings.stages + [("total", total)])
      .map { "\($0.name);dur=\($0.time.milliseconds)" }.joined(separator: ", ")
  }
}

extension VolumeSource {
  /// An upload: its identity is the digest of the bytes received.
  init(_ upload: UploadedFile) {
    self.init(
      fileDescriptor: upload.file.fileDescriptor, byteCount: upload.byteCount,
      sha256: upload.sha256, owner: upload.file)
  }
}
