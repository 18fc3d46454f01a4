internal import Archives
internal import Calibrations
internal import Formats
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
      await answerInTime(request) { () async throws(Problem) in try await diagnose(request) }
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

  /// What volumes come as: the file itself, or a form; DICOM files in a ZIP, or in a form.
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
      if Preferences(head.headers).respondsAsynchronously {
        // A request that was sent again is not turned away because others came.
        if head.headers[Self.repetitionHeader] == nil { try requireRoomForJob() }
      } else if !isJSON {
        try Problem.from { () throws(InferenceError) in
          try service.requireCapacity(within: allowance(of: head))
        }
      }
      let parameters = try DiagnosisParameters(query: head.query, prompts: promptReading())
      _ = try calibration(of: parameters)
      // A form or JSON may bring more prompts; a raw file brings none.
      let isForm = head.headers["Content-Type"]?.lowercased().hasPrefix("multipart/") ?? false
      guard !isForm && !isJSON else { return nil }
      try requireAdmissible(parameters)
      return nil
    } catch {
      return error.response(requestID: head.id)
    }
  }

  private func diagnose(_ request: Request) async throws(Problem) -> Response {
    let start = ContinuousClock.now
    let asked = try asked(by: request)
    try Self.requireMaySee(asked, request.head)
    if Preferences(request.head.headers).respondsAsynchronously, let archive = service.archive,
      asked.parameters.persists ?? true
    {
      return try await accept(asked, request.head, archive)
    }
    let made = try await make(asked, received: request.receiveDuration, since: start)
    var response = Response(
      status: 200, headers: ["Content-Type": Self.json], body: made.document)
    if (try? await keep(made)) != nil {
      response.headers.set("Location", "/v1/diagnoses/\(made.stamp.id)")
    }
    let total = request.receiveDuration + (ContinuousClock.now - start)
    response.headers.set("Server-Timing", Self.serverTiming(made.timings, total: total))
    return response
  }

  /// Who sends a volume has it; the embedding of a stored one is for those who may read what is stored.
  private static func requireMaySee(
    _ asked: AskedDiagnosis, _ head: RequestHead
  ) throws(Problem) {
    guard asked.upload == nil, asked.parameters.includesEmbedding else { return }
    try requireMayRead(head, at: "/options/include_embedding")
  }

  /// Refuses a client that may not see what is stored.
  ///
  /// - Parameter pointer: What needs that.
  static func requireMayRead(_ head: RequestHead, at pointer: String) throws(Problem) {
    guard head.scopes.contains(.read) else {
      throw Problem(HTTPError.insufficientScope(.read)).at(pointer)
    }
  }

  /// Makes a diagnosis and writes its answer.
  ///
  /// - Parameters:
  ///   - received: Time in which the upload came; nil if that was another request's.
  ///   - start: When the request was there.
  func make(
    _ asked: AskedDiagnosis, received: Duration?, since start: ContinuousClock.Instant,
    isAccepted: Bool = false, progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) async throws(Problem) -> MadeDiagnosis {
    let parameters = asked.parameters
    // Looked up once, here: a calibration that is replaced while the volume waits changes nothing.
    let calibration = try calibration(of: parameters)
    do throws(InferenceError) {
      let diagnosis = try await service.diagnose(
        DiagnosisRequest(
          volume: asked.volume, prompts: parameters.prompts, topK: parameters.topK,
          calibration: calibration, persists: parameters.persists, isAccepted: isAccepted),
        progress: progress)
      let stamp = DiagnosisStamp()
      let json = DiagnosisBody.json(
        diagnosis, model: try service.requireModel(),
        view: DiagnosisView(
          includesEmbedding: parameters.includesEmbedding,
          showsAllComponents: parameters.showsAllComponents),
        stamp: stamp, received: received,
        total: (received ?? .zero) + (ContinuousClock.now - start))
      return MadeDiagnosis(
        stamp: stamp, document: json.bytes, volumeID: diagnosis.volume.id,
        isVolumeKept: diagnosis.cache.isStored, mayBeKept: parameters.persists ?? true,
        timings: diagnosis.timings)
    } catch {
      throw Problem(error).pointing(at: parameters)
    }
  }

  /// Keeps the answer with its volume, so that it can be had again.
  ///
  /// - Throws: ``Problem`` if it is not kept, whether or not it was to be.
  func keep(_ made: MadeDiagnosis) async throws(Problem) {
    let notKept = Problem(.storeUnavailable, "The result could not be stored.")
    guard made.mayBeKept, made.isVolumeKept, let archive = service.archive else { throw notKept }
    let isKept = try await Problem.from { () async throws(StoreError) in
      try await archive.store.addDiagnosis(
        DiagnosisRecord(
          id: made.stamp.id, createdAt: made.stamp.seconds, volumeID: made.volumeID,
          document: made.document))
    }
    guard isKept else { throw notKept }
  }

  private func showDiagnosis(
    _ head: RequestHead, _ archive: Archive
  ) async throws(Problem) -> Response {
    let form = try DiagnosisForm(accept: head.headers["Accept"])
    let kept = try await diagnosis(head.pathParameters["id"] ?? "", archive)
    guard form.showsMetadata else { return try form.response(kept.document) }
    let volume = try await Problem.from { () async throws(StoreError) in
      try await archive.record(ofVolume: kept.volumeID)
    }
    return try form.response(kept.document, of: volume?.metadata)
  }

  /// A diagnosis that was kept.
  func diagnosis(_ id: String, _ archive: Archive) async throws(Problem) -> DiagnosisRecord {
    let found = try await Problem.from { () async throws(StoreError) in
      try await archive.store.diagnosis(id: id)
    }
    guard let found else {
      throw Problem(.notFound, "No diagnosis with this id is stored.")
    }
    return found
  }

  /// The volume and what is asked of it.
  private func asked(by request: Request) throws(Problem) -> AskedDiagnosis {
    guard !Self.isJSON(request.head) else {
      let json = try self.json(of: request)
      return try asked(
        JobOrder(upload: nil, query: request.head.query, request: json), upload: nil)
    }
    let (file, json) = try Self.parts(of: request)
    try Self.requireDigest(request, of: file)
    return try asked(
      JobOrder(upload: JobOrder.Upload(file), query: request.head.query, request: json),
      upload: file)
  }

  /// The same for an order whose upload, if it has one, is at hand.
  func asked(_ order: JobOrder, upload: UploadedFile?) throws(Problem) -> AskedDiagnosis {
    let parameters = try DiagnosisParameters(
      query: order.query, json: order.request, namesVolume: upload == nil, prompts: promptReading())
    let volume: VolumeReference =
      upload.map { .file(VolumeSource($0)) } ?? .stored(id: parameters.volumeID ?? "")
    return AskedDiagnosis(order: order, upload: upload, volume: volume, parameters: parameters)
  }

  /// Refuses prompts that could not be scored on any volume.
  func requireAdmissible(_ parameters: DiagnosisParameters) throws(Problem) {
    try Problem.from(parameters) { () throws(InferenceError) in
      try service.requireAdmissible(parameters.prompts, topK: parameters.topK)
    }
  }

  func calibration(
    of parameters: DiagnosisParameters
  ) throws(Problem) -> LoadedCalibration? {
    try Problem.from { () throws(InferenceError) in
      try service.calibration(named: parameters.calibration)
    }
  }

  /// How prompts are read with the model in use.
  func promptReading() throws(Problem) -> PromptReading {
    let model = try Problem.from { () throws(InferenceError) in try service.requireModel() }
    let archive = service.archive
    return PromptReading(template: model.template) { archive?.promptSet($0)?.document }
  }

  /// Milliseconds of each stage, for `Server-Timing`.
  static func serverTiming(_ timings: StageTimings, total: Duration) -> String {
    (timings.stages + [("total", total)])
      .map { "\($0.name);dur=\($0.time.milliseconds)" }.joined(separator: ", ")
  }
}

extension VolumeSource {
  /// An upload: its identity is the digest of the bytes received.
  init(_ upload: UploadedFile) {
    self.init(
      fileDescriptor: upload.file.fileDescriptor, byteCount: upload.byteCount, parts: upload.parts,
      sha256: upload.sha256, owner: upload.file)
  }
}

/// A request for a diagnosis, read.
struct AskedDiagnosis: Sendable {
  /// As it can be written down.
  let order: JobOrder
  /// The file that came, if one did.
  let upload: UploadedFile?
  let volume: VolumeReference
  let parameters: DiagnosisParameters
}

/// A diagnosis with its answer, not yet kept.
struct MadeDiagnosis: Sendable {
  let stamp: DiagnosisStamp
  /// The answer's JSON.
  let document: [UInt8]
  let volumeID: String
  let isVolumeKept: Bool
  /// Whether the request allows it.
  let mayBeKept: Bool
  let timings: StageTimings
}
