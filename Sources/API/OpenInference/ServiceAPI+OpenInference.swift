internal import Archives
internal import Embeddings
internal import Encoders
internal import HTTP
internal import Inference
internal import OpenInferenceProtocol
internal import StrictJSON
internal import Volumes

extension ServiceAPI {
  /// The routes of the Open Inference Protocol v2, for clients of KServe and Triton. They run the same use cases as the
  /// other routes.
  ///
  /// - Source: see ``OpenInference``.
  var openInferenceRoutes: [Route] {
    let root = "/\(OpenInference.area)"
    let probes = [
      Self.probe(root) { .json(OpenInference.server(version: Self.version)) },
      Self.probe("\(root)/health/live") { .json(["live": true]) },
      Self.probe("\(root)/health/ready") {
        .json(["ready": .bool(readiness.isReady)], status: readiness.isReady ? 200 : 503)
      },
    ]
    let model = "\(root)/models/{name}"
    return probes + modelRoutes(model) + modelRoutes("\(model)/versions/{version}")
  }

  private func modelRoutes(_ path: String) -> [Route] {
    [
      route(.get, path, .read, showModel),
      Route(
        .get, "\(path)/ready", scope: nil, servesWhileDraining: true, acceptsAnyHost: true,
        answer: modelReadiness),
      route(
        .post, "\(path)/infer", .infer, body: inferenceUpload, isTimed: true,
        admitting: admitInference, infer),
    ]
  }

  private func showModel(_ call: Call) throws -> Response {
    let configuration = try meantModel(call.head).model.configuration
    return .json(
      OpenInference.model(
        name: configuration.name, version: configuration.version,
        components: configuration.embedding))
  }

  /// The accepted bodies. Python clients send no media type. A separate header states whether binary tensors follow the
  /// JSON.
  private var inferenceUpload: UploadPolicy {
    UploadPolicy(
      byteLimit: limits.bodyBytes, rawTypes: [Self.json, "application/octet-stream"],
      untypedAs: "application/octet-stream", memoryBytes: limits.requestPartBytes)
  }

  private func modelReadiness(_ head: RequestHead) -> Response {
    do {
      let name = try meantModel(head).model.configuration.name
      return .json(
        ["name": .string(name), "ready": .bool(readiness.isReady)],
        status: readiness.isReady ? 200 : 503)
    } catch {
      return Problem(error).response(to: head)
    }
  }

  /// Returns the loaded model if the path names it. Otherwise throws ``Problem`` `not-found`.
  private func meantModel(_ head: RequestHead) throws -> LoadedModel {
    let model = try service.requireModel()
    let configuration = model.model.configuration
    let name = head.pathParameters["name"] ?? ""
    let names = [configuration.name, OpenInference.modelAlias]
    let version = head.pathParameters["version"] ?? configuration.version
    // Compare bytes, because Swift considers some different byte sequences equal.
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

  /// Checks the request's head before its body is read. Refuses an unknown model, any query parameter, impossible
  /// lengths and a full queue.
  private func admitInference(_ head: RequestHead) throws -> Place? {
    _ = try meantModel(head)
    guard head.query.isEmpty else { throw Self.unknownParameter(known: "none") }
    let mayBeLong = try OpenInferenceBody.mayBeLong(head, byteLimit: limits.requestPartBytes)
    do {
      return try service.takePlace(within: allowance(of: head))
    } catch {
      // A short body may refer to a stored volume, which needs no place in the queue.
      if mayBeLong { throw error }
      return nil
    }
  }

  private func infer(_ call: Call, _ place: Place?) async throws -> Response {
    defer { place?.giveBack() }
    let model = try meantModel(call.head)
    guard case .file(let file) = call.request.body else { throw HTTPError.emptyBody }
    try Self.requireDigest(call.request, of: file)
    let asked = try read(file, call.head)
    await service.refresh()
    let prompts = try prompts(of: asked)
    let diagnosis = try await diagnose(asked, file, prompts, call.head, place)
    var response = Self.response(of: diagnosis, model, id: asked.id).response(asked.outputs)
    if diagnosis.cache.isStored {
      response.headers.set("Location", "/v1/volumes/\(diagnosis.volume.id)")
    }
    response.headers.set(
      "Server-Timing", Self.serverTiming(diagnosis.timings, total: call.duration))
    return response
  }

  /// Reads the request. Clients without the scope `read` do not get the embedding of a stored volume.
  ///
  /// - Throws: ``Problem``; `insufficient-scope` if such a client requests this output explicitly.
  private func read(_ file: UploadedFile, _ head: RequestHead) throws -> OpenInferenceRequest {
    let body = try OpenInferenceBody(file, head, byteLimit: limits.requestPartBytes) {
      (range) throws(OpenInferenceError) in
      guard let bytes = try? Self.bytes(of: file, in: range) else { throw .unreadableBody }
      return bytes
    }
    var asked = try OpenInferenceRequest(body, promptLimit: service.limits.prompts)
    guard case .stored = asked.volume, !head.scopes.contains(.read),
      let place = asked.outputs.firstIndex(where: { $0.output == .volumeEmbedding })
    else { return asked }
    if asked.namesOutputs { try Self.requireMayRead(head, at: "/outputs/\(place)") }
    asked.outputs.remove(at: place)
    return asked
  }

  /// Makes the response. Its tensors contain the findings in the order of the prompts.
  private static func response(
    of diagnosis: Diagnosis, _ model: LoadedModel, id: String?
  ) -> OpenInferenceResponse {
    let findings = diagnosis.findings.sorted { $0.index < $1.index }
    let warnings = diagnosis.volume.description.warnings.map(\.code).joined(separator: ",")
    return OpenInferenceResponse(
      modelName: model.model.configuration.name, modelVersion: model.model.configuration.version,
      id: id,
      parameters: [
        "volume_id": .string(diagnosis.volume.id), "warnings": .string(warnings),
        "notice": .string(model.notice),
      ], scores: findings.map(\.score), labels: findings.map(\.prompt.label),
      embedding: diagnosis.volume.embedding.direct.values)
  }

  /// Returns the prompts with their JSON Pointers. The prompts of the tensor come before those of the prompt set.
  private func prompts(
    of asked: OpenInferenceRequest
  ) throws -> (prompts: [Prompt], pointers: [String]) {
    let reading = try service.promptReading()
    var prompts: [Prompt] = []
    for text in asked.prompts {
      prompts.append(try reading.prompt(text.text, at: text.pointer))
    }
    var pointers = asked.prompts.map(\.pointer)
    if let name = asked.promptSet {
      do {
        prompts += try reading.prompts(ofSet: name)
      } catch {
        throw Problem(error).movedTo(Self.promptSetPlace)
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
    _ named: (prompts: [Prompt], pointers: [String]), _ head: RequestHead, _ place: Place?
  ) async throws -> Diagnosis {
    let prompts: AdmittedPrompts
    do {
      prompts = try service.admit(named.prompts)
    } catch {
      throw error.problem.pointing(at: named.pointers, ofAll: "/inputs")
    }
    switch asked.volume {
    case .stored(let id):
      place?.giveBack()
      return try await service.diagnose(
        DiagnosisRequest(volume: .stored(id: id), prompts: prompts, persists: asked.persists))
    case .file(let range):
      let place = try place ?? service.takePlace(within: allowance(of: head))
      let source = VolumeSource(file, range, sha256: try await file.sha256(of: range))
      return try await service.diagnose(
        DiagnosisRequest(volume: .file(source), prompts: prompts, persists: asked.persists),
        in: place)
    }
  }
}

extension VolumeSource {
  /// Describes a volume that is part of an upload. Its id is the digest of its own bytes, as if it had been uploaded
  /// alone.
  init(_ upload: UploadedFile, _ range: Range<Int>, sha256: [UInt8]) {
    self.init(
      fileDescriptor: upload.file.fileDescriptor, offset: range.lowerBound, byteCount: range.count,
      sha256: sha256, owner: upload.file)
  }
}

extension Problem {
  /// Returns the same problem, but attributed to another member of the request.
  fileprivate func movedTo(_ pointer: String) -> Problem {
    var problem = self
    problem.errors = [Pointed(pointer, errors.first?.message ?? detail)]
    return problem
  }
}
