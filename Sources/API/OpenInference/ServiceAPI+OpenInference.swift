internal import Encoders
internal import HTTP
internal import Inference
internal import StrictJSON

extension ServiceAPI {
  /// The Open Inference Protocol v2, for clients of KServe and Triton: the same use cases under other names.
  ///
  /// - Source: see ``OpenInference``.
  var openInferenceRoutes: [Route] {
    let root = "/\(OpenInference.area)"
    let probes = [
      Self.probe(root) { .json(OpenInference.server) },
      Self.probe("\(root)/health/live") { .json(["live": true]) },
      Self.probe("\(root)/health/ready") {
        .json(["ready": .bool(readiness.isReady)], status: readiness.isReady ? 200 : 503)
      },
    ]
    let model = "\(root)/models/{name}"
    return probes + modelRoutes(model) + modelRoutes("\(model)/versions/{version}")
  }

  /// What can be asked of a model under one of its paths.
  private func modelRoutes(_ path: String) -> [Route] {
    [
      Route(.get, path, scope: .read) { request in
        await answer(request) { () async throws(Problem) in
          let configuration = try meantModel(request.head).model.configuration
          return .json(
            OpenInference.model(
              name: configuration.name, version: configuration.version,
              components: configuration.embedding))
        }
      },
      Route(
        .get, "\(path)/ready", scope: nil, servesWhileDraining: true, answersAnyHost: true,
        answer: modelReadiness),
      Route(
        .post, "\(path)/infer", scope: .infer, body: .upload(inferenceUpload),
        admission: { head in refuseInferenceEarly(head) }
      ) { request in
        await answerInTime(request) { () async throws(Problem) in try await infer(request) }
      },
    ]
  }

  /// Clients in Python name no type; whether there are tensors behind the JSON is told by a header of its own.
  private var inferenceUpload: UploadPolicy {
    UploadPolicy(
      byteLimit: limits.bodyBytes, rawTypes: [Self.json, "application/octet-stream"],
      untypedAs: "application/octet-stream", memoryBytes: limits.requestPartBytes)
  }

  private func modelReadiness(_ head: RequestHead) -> Response {
    do throws(Problem) {
      let name = try meantModel(head).model.configuration.name
      return .json(
        ["name": .string(name), "ready": .bool(readiness.isReady)],
        status: readiness.isReady ? 200 : 503)
    } catch {
      return error.response(to: head)
    }
  }

  /// The model in use, if the path means it.
  private func meantModel(_ head: RequestHead) throws(Problem) -> LoadedModel {
    let model = try Problem.from { () throws(InferenceError) in try service.requireModel() }
    let configuration = model.model.configuration
    let name = head.pathParameters["name"] ?? ""
    let names = [configuration.name, OpenInference.modelAlias]
    let version = head.pathParameters["version"] ?? configuration.version
    // Texts that look alike are different names.
    guard names.contains(where: { $0.utf8.elementsEqual(name.utf8) }),
      version.utf8.elementsEqual(configuration.version.utf8)
    else {
      throw Problem(
        .notFound, "No model has this name and version.",
        hint:
          "GET /v1/info names the loaded model; \(OpenInference.modelAlias) always means it."
      )
    }
    return model
  }

  /// Another model, a parameter that no model has, lengths that cannot be, no place in the queue: known before the
  /// first byte of the body.
  private func refuseInferenceEarly(_ head: RequestHead) -> Response? {
    do throws(Problem) {
      _ = try meantModel(head)
      guard head.query.isEmpty else { throw Self.unknownParameter(known: "none") }
      // What is short may name a volume that is kept, which needs no place.
      if try OpenInferenceBody.mayBeLong(head, byteLimit: limits.requestPartBytes) {
        try requireCapacity(head)
      }
      return nil
    } catch {
      return error.response(to: head)
    }
  }

  private func requireCapacity(_ head: RequestHead) throws(Problem) {
    try Problem.from { () throws(InferenceError) in
      try service.requireCapacity(within: allowance(of: head))
    }
  }

  private func infer(_ request: Request) async throws(Problem) -> Response {
    let start = ContinuousClock.now
    let model = try meantModel(request.head)
    guard case .file(let file) = request.body else { throw Problem(HTTPError.emptyBody) }
    try Self.requireDigest(request, of: file)
    var asked = try OpenInferenceRequest(
      OpenInferenceBody(file, request.head, byteLimit: limits.requestPartBytes),
      promptLimit: service.limits.prompts)
    try asked.limitOutputs(to: request.head)
    let prompts = try prompts(of: asked)
    let diagnosis = try await diagnose(asked, file, prompts, request.head)
    var response = OpenInferenceAnswer(
      diagnosis: diagnosis, model: model, id: asked.id, outputs: asked.outputs
    ).response()
    if diagnosis.cache.isStored {
      response.headers.set("Location", "/v1/volumes/\(diagnosis.volume.id)")
    }
    let total = request.receiveDuration + (ContinuousClock.now - start)
    response.headers.set("Server-Timing", Self.serverTiming(diagnosis.timings, total: total))
    return response
  }

  /// The prompts with their places in the request: first the tensor's, then those of the set.
  private func prompts(
    of asked: OpenInferenceRequest
  ) throws(Problem) -> (prompts: [Prompt], pointers: [String]) {
    let reading = try promptReading()
    var prompts: [Prompt] = []
    for text in asked.prompts {
      prompts.append(try reading.prompt(text.text, at: text.pointer))
    }
    var pointers = asked.prompts.map(\.pointer)
    if let name = asked.promptSet {
      do throws(Problem) {
        prompts += try reading.prompts(ofSet: name)
      } catch {
        throw error.movedTo(Self.promptSetPlace)
      }
      pointers += [String](repeating: Self.promptSetPlace, count: prompts.count - pointers.count)
    }
    guard !prompts.isEmpty else {
      throw Problem(
        .promptEmpty, "The request names no prompt.",
        hint: "Send the input prompts, or the parameter prompt_set."
      ).at("/inputs")
    }
    return (prompts, pointers)
  }

  private static let promptSetPlace = "/parameters/prompt_set"

  private func diagnose(
    _ asked: OpenInferenceRequest, _ file: UploadedFile,
    _ named: (prompts: [Prompt], pointers: [String]), _ head: RequestHead
  ) async throws(Problem) -> Diagnosis {
    do throws(InferenceError) {
      try service.requireAdmissible(named.prompts, topK: nil)
    } catch {
      throw Problem(error).pointing(at: named.pointers, ofAll: "/inputs")
    }
    let volume = try await reference(to: asked.volume, in: file, head)
    do throws(InferenceError) {
      return try await service.diagnose(
        DiagnosisRequest(volume: volume, prompts: named.prompts, persists: asked.persists))
    } catch {
      throw Problem(error).pointing(at: named.pointers, ofAll: "/inputs")
    }
  }

  private func reference(
    to volume: OpenInferenceInputs.Volume, in file: UploadedFile, _ head: RequestHead
  ) async throws(Problem) -> VolumeReference {
    switch volume {
    case .kept(let id): return .stored(id: id)
    case .file(let range):
      try requireCapacity(head)
      do throws(HTTPError) {
        return .file(VolumeSource(file, range, sha256: try await file.sha256(of: range)))
      } catch {
        throw Problem(error)
      }
    }
  }
}

extension VolumeSource {
  /// A volume within an upload: its identity is the digest of its own bytes, as if they had come alone.
  init(_ upload: UploadedFile, _ range: Range<Int>, sha256: [UInt8]) {
    self.init(
      fileDescriptor: upload.file.fileDescriptor, offset: range.lowerBound, byteCount: range.count,
      sha256: sha256, owner: upload.file)
  }
}

extension Problem {
  /// The same for another place of the request.
  fileprivate func movedTo(_ pointer: String) -> Problem {
    var problem = self
    problem.errors = [Pointed(pointer, errors.first?.message ?? detail)]
    return problem
  }
}
