internal import Calibrations
internal import HTTP
internal import Inference
internal import StrictJSON

extension ServiceAPI {
  /// The routes of the site's own thresholds.
  var calibrationRoutes: [Route] {
    let path = "/v1/calibrations/{name}"
    let document = UploadPolicy(
      byteLimit: Calibration.byteLimit, rawTypes: [Self.json],
      rawLimits: [Self.json: Calibration.byteLimit])
    return [
      Route(.get, "/v1/calibrations", scope: .read) { request in
        await answer(request) { (_, model) throws(Problem) in list(model) }
      },
      Route(.get, path, scope: .read) { request in
        await answer(request) { (name, model) throws(Problem) in try show(name, model) }
      },
      Route(.put, path, scope: .admin, body: .upload(document)) { request in
        await answer(request) { (name, model) async throws(Problem) in
          try await put(request.body, as: name, model)
        }
      },
      Route(.delete, path, scope: .admin) { request in
        await answer(request) { (name, _) async throws(Problem) in try await remove(name) }
      },
    ]
  }

  /// All of these need the model, because a calibration belongs to one.
  private func answer(
    _ request: Request, _ body: (String, LoadedModel) async throws(Problem) -> Response
  ) async -> Response {
    await answer(request) { () async throws(Problem) in
      let model = try await Problem.from { () throws(InferenceError) in try service.requireModel() }
      return try await body(request.head.pathParameters["name"] ?? "", model)
    }
  }

  private func list(_ model: LoadedModel) -> Response {
    let all = (model.calibration.map { [$0] } ?? []) + service.calibrations.all
    return .json([
      "calibrations": .array(all.map(Self.summary)),
      "default": .string(service.standardCalibration),
    ])
  }

  private func show(_ name: String, _ model: LoadedModel) throws(Problem) -> Response {
    let found = name == "model" ? model.calibration : service.calibrations.named(name)
    guard let found else { throw Self.unknown }
    return Response(
      status: 200, headers: ["Content-Type": "application/json"], body: found.calibration.bytes)
  }

  private func put(
    _ body: Request.Body, as name: String, _ model: LoadedModel
  ) async throws(Problem) -> Response {
    guard case .file(let file) = body else { throw Problem(HTTPError.emptyBody) }
    let bytes = try Self.bytes(of: file)
    let loaded = try Problem.from { () throws(CalibrationError) in
      let calibration = try Calibration(parsing: bytes)
      guard calibration.name == name else {
        throw .member(pointer: "/name", reason: "is not the name in the path")
      }
      return try model.load(calibration, source: .site)
    }
    do throws(CalibrationError) {
      let isNew = try await service.calibrations.put(loaded)
      var response = Response.json(Self.summary(loaded), status: isNew ? 201 : 200)
      if isNew { response.headers.set("Location", "/v1/calibrations/\(loaded.calibration.name)") }
      return response
    } catch {
      throw Problem(error)
    }
  }

  private func remove(_ name: String) async throws(Problem) -> Response {
    guard name != "model" else {
      throw Problem(
        .conflict,
        "The model's own calibration is a file next to its weights and cannot be changed here.",
        hint: "calibration=none disables it for a request, --calibration none for all.")
    }
    let isRemoved: Bool
    do throws(CalibrationError) {
      isRemoved = try await service.calibrations.remove(name)
    } catch {
      throw Problem(error)
    }
    guard isRemoved else { throw Self.unknown }
    return Response(status: 204)
  }

  private static let unknown = Problem(
    .notFound, "No calibration has this name.", hint: "GET /v1/calibrations lists them.")

  private static func summary(_ loaded: LoadedCalibration) -> JSON {
    let calibration = loaded.calibration
    return [
      "name": .string(calibration.name), "sha256": .string(calibration.sha256),
      "source": .string(loaded.source.rawValue), "method": .string(calibration.method),
      "cohort": .string(calibration.cohort.name),
      "studies": .integer(calibration.cohort.studies),
      "entries": .integer(calibration.thresholds.count),
    ]
  }
}
