internal import Calibrations
internal import HTTP
internal import Inference
internal import StrictJSON

extension ServiceAPI {
  var calibrationRoutes: [Route] {
    let path = "/v1/calibrations/{name}"
    let document = UploadPolicy(
      byteLimit: Calibration.byteLimit, rawTypes: [Self.json],
      rawLimits: [Self.json: Calibration.byteLimit])
    return [
      route(.get, "/v1/calibrations", .read, listCalibrations),
      route(.get, path, .read, showCalibration),
      route(.put, path, .admin, body: document, putCalibration),
      route(.delete, path, .admin, removeCalibration),
    ]
  }

  private func listCalibrations(_ call: Call) async throws -> Response {
    let model = try service.requireModel()
    await service.refresh()
    let all = (model.calibration.map { [$0] } ?? []) + service.siteCalibrations
    return .json([
      "calibrations": .array(all.map(Self.summary)),
      "default": .string(service.standardCalibration),
    ])
  }

  private func showCalibration(_ call: Call) async throws -> Response {
    let model = try service.requireModel()
    let name = call.parameter("name")
    await service.refresh()
    let found = name == "model" ? model.calibration : service.siteCalibration(named: name)
    guard let found else { throw Self.unknown }
    return Response(
      status: 200, headers: ["Content-Type": Self.json], body: found.calibration.bytes)
  }

  private func putCalibration(_ call: Call) async throws -> Response {
    let model = try service.requireModel()
    guard case .file(let file) = call.request.body else { throw HTTPError.emptyBody }
    let calibration = try Calibration(parsing: Self.bytes(of: file))
    guard calibration.name == call.parameter("name") else {
      throw CalibrationError.member(pointer: "/name", reason: "is not the name in the path")
    }
    let loaded = try model.load(calibration, source: .site)
    let isNew = try await service.putCalibration(loaded)
    var response = Response.json(Self.summary(loaded), status: isNew ? 201 : 200)
    if isNew { response.headers.set("Location", "/v1/calibrations/\(calibration.name)") }
    return response
  }

  private func removeCalibration(_ call: Call) async throws -> Response {
    _ = try service.requireModel()
    let name = call.parameter("name")
    guard name != "model" else {
      throw Problem(
        .conflict,
        "The model's own calibration is a file next to its weights and cannot be changed here.",
        hint: "calibration=none disables it for a request, --calibration none for all.")
    }
    guard try await service.removeCalibration(name) else { throw Self.unknown }
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
