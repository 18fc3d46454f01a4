internal import HTTP
internal import Inference
internal import StrictJSON

extension ServiceAPI {
  /// `POST /v1/diagnoses`: a volume and prompts in, ranked findings out.
  var diagnosisRoute: Route {
    Route(
      .post, "/v1/diagnoses", body: .upload(uploadPolicy),
      admission: { head in refuseEarly(head) }
    ) { request in
      await diagnose(request)
    }
  }

  private var uploadPolicy: UploadPolicy {
    UploadPolicy(
      byteLimit: limits.bodyBytes,
      rawTypes: ["application/octet-stream", "application/gzip", "application/x-nifti"],
      form: FormPolicy(
        fileFields: ["volume"], memoryFields: ["request": limits.requestPartBytes]))
  }

  /// No place in the queue, no model, a misspelt parameter: known before the first byte of the body.
  private func refuseEarly(_ head: RequestHead) -> Response? {
    do throws(Problem) {
      try Problem.from { () throws(InferenceError) in try service.requireCapacity() }
      let parameters = try parameters(query: head.query)
      _ = try calibration(of: parameters)
      // A form may bring more prompts; a raw body brings none.
      let isForm = head.headers["Content-Type"]?.lowercased().hasPrefix("multipart/") ?? false
      guard !isForm else { return nil }
      try Problem.from(parameters) { () throws(InferenceError) in
        try service.requireAdmissible(parameters.prompts, topK: parameters.topK)
      }
      return nil
    } catch {
      return error.response(requestID: head.id)
    }
  }

  private func diagnose(_ request: Request) async -> Response {
    let start = ContinuousClock.now
    do throws(Problem) {
      let (file, json) = try Self.parts(of: request)
      let parameters = try parameters(query: request.head.query, json: json)
      let (diagnosis, model) = try await diagnose(file, parameters)
      let total = request.receiveDuration + (ContinuousClock.now - start)
      var response = Response.json(
        DiagnosisBody.json(
          diagnosis, model: model,
          view: DiagnosisView(
            includesEmbedding: parameters.includesEmbedding,
            showsAllComponents: parameters.showsAllComponents),
          stamp: DiagnosisStamp(), received: request.receiveDuration, total: total))
      response.headers.set("Server-Timing", Self.serverTiming(diagnosis.timings, total: total))
      return response
    } catch {
      return error.response(requestID: request.id)
    }
  }

  private func diagnose(
    _ file: UploadedFile, _ parameters: DiagnosisParameters
  ) async throws(Problem) -> (Diagnosis, LoadedModel) {
    // Looked up once, here: a calibration that is replaced while the volume waits changes nothing.
    let calibration = try calibration(of: parameters)
    do throws(InferenceError) {
      let diagnosis = try await service.diagnose(
        DiagnosisRequest(
          volume: VolumeSource(file), prompts: parameters.prompts, topK: parameters.topK,
          calibration: calibration))
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
    query: [QueryItem], json: [UInt8]? = nil
  ) throws(Problem) -> DiagnosisParameters {
    let model = try Problem.from { () throws(InferenceError) in try service.requireModel() }
    return try DiagnosisParameters(query: query, json: json, template: model.template)
  }

  private static func parts(
    of request: Request
  ) throws(Problem) -> (file: UploadedFile, json: [UInt8]?) {
    switch request.body {
    case .file(let file): return (file, nil)
    case .form(let files, let fields):
      guard let file = files["volume"] else {
        throw Problem(HTTPError.missingField(name: "volume"))
      }
      return (file, fields["request"])
    case .none: throw Problem(HTTPError.emptyBody)
    }
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
