internal import Encoders
public import HTTP
public import Inference
internal import StrictJSON

/// The contract: every route of the service, and how errors look.
public struct ServiceAPI: Sendable {
  /// The version of the service, in `/v1/info` and `--version`.
  public static let version = "0.1.0"

  let service: DiagnosisService
  let limits: APILimits
  private let readiness: Readiness

  /// The contract over a use case.
  public init(service: DiagnosisService, readiness: Readiness, limits: APILimits) {
    self.service = service
    self.readiness = readiness
    self.limits = limits
  }

  /// All routes; `openapi.yaml` describes exactly these.
  public var routes: [Route] {
    [
      Route(.get, "/livez", servesWhileDraining: true) { _ in .json(["status": "alive"]) },
      Route(.get, "/readyz", servesWhileDraining: true) { _ in readiness.response() },
      Route(.get, "/health", servesWhileDraining: true) { _ in readiness.response() },
      Route(.get, "/v1/info") { _ in info() },
      Route(.get, "/openapi.yaml") { _ in OpenAPIDocument.response },
      Route(.get, "/problems/{slug}") { request in ProblemPage.response(for: request) },
      diagnosisRoute,
    ] + calibrationRoutes
  }

  /// Renders what the HTTP layer refuses.
  public static func errorResponse(_ error: HTTPError, _ context: RequestContext) -> Response {
    Problem(error).response(requestID: context.requestID)
  }

  private func info() -> Response {
    .json([
      "name": "brgsa", "version": .string(Self.version), "model": modelInfo(),
      "limits": limits.json(service), "prompt_sets": .array(PromptSet.builtIn.map(Self.describe)),
      "features": ["diagnoses", "calibrations"],
    ])
  }

  /// Null until the model is ready: a client that only wants the limits need not wait.
  private func modelInfo() -> JSON {
    guard case .ready(let loaded) = service.modelState,
      case .object(let body) = ModelBody.json(
        loaded, calibration: try? service.calibration(named: nil))
    else { return nil }
    return .object(
      JSONObject(
        body.members + [
          ("embedding_dimension", .integer(loaded.model.configuration.embedding)),
          ("random_weights", .bool(loaded.model.configuration.hasRandomWeights)),
        ]))
  }

  private static func describe(_ set: PromptSet) -> JSON {
    ["name": .string(set.name), "terms": .array(set.terms.map(JSON.string))]
  }
}
