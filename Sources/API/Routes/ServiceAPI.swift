internal import Encoders
internal import Formats
public import HTTP
public import Inference
public import Jobs
internal import OpenInferenceProtocol
internal import Storage
internal import StrictJSON

/// The HTTP API: all routes of the service and the format of errors.
public struct ServiceAPI: Sendable {
  /// The service's version, as in `/v1/info` and `--version`.
  public static let version = "0.1.0"

  let service: DiagnosisService
  /// The limits of requests.
  public let limits: APILimits
  /// The engine that runs jobs.
  public let jobs: JobEngine
  /// The uploads of unfinished jobs.
  let uploads: any UploadVault
  let clock = DeadlineClock()
  let readiness: Readiness
  private let metrics: @Sendable () -> String

  /// Makes the API of a service.
  ///
  /// - Parameters:
  ///   - uploads: Where the uploads of unfinished jobs are stored.
  ///   - metrics: Returns the service's metrics in the Prometheus text format.
  public init(
    service: DiagnosisService, readiness: Readiness, limits: APILimits, uploads: any UploadVault,
    metrics: @escaping @Sendable () -> String
  ) {
    self.metrics = metrics
    self.uploads = uploads
    jobs = JobEngine(service, JobWorker(service: service, uploads: uploads))
    self.service = service
    self.readiness = readiness
    self.limits = limits
  }

  /// All routes. `openapi.yaml` describes exactly these routes.
  public var routes: [Route] {
    [
      Self.probe("/livez") { .json(["status": "alive"]) },
      Self.probe("/readyz") { readiness.response() },
      Self.probe("/health") { readiness.response() },
      Route(
        .get, "/metrics", scope: .metrics, servesWhileDraining: true, acceptsAnyHost: true
      ) { _ in
        Response(
          status: 200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
          body: Array(metrics().utf8))
      },
      route(.get, "/v1/info", .read) { _ in
        await service.refresh()
        return info()
      },
      route(.post, "/v1/selftest", .admin, isTimed: true, runSelfTest),
      Route(.get, "/openapi.yaml", scope: nil) { request in
        Response(
          status: 200, headers: ["Content-Type": "application/yaml"],
          body: OpenAPIDocument.yaml(at: request.head.prefix))
      },
      route(.get, "/openapi.json", nil) { call in
        .json(try OpenAPIDocument.json(at: call.head.prefix))
      },
      Route(.get, "/problems/{slug}", scope: nil) { request in ProblemPage.response(for: request) },
    ] + pageRoutes + diagnosisRoutes + pictureRoutes + fileRoutes + jobRoutes + listRoutes
      + calibrationRoutes + volumeRoutes
      + retrievalRoutes
      + reportRoutes + promptSetRoutes + openInferenceRoutes
  }

  private func runSelfTest(_ call: Call) async throws -> Response {
    guard call.head.query.isEmpty else { throw Self.unknownParameter(known: "none") }
    let result = try await service.runSelfTest()
    return .json([
      "status": "passed", "example": ["ms": .integer(result.exampleTime.milliseconds)],
      "volume": [
        "shape": .array(result.shape.map(JSON.integer)), "identical": true,
        "ms": .array(result.encodingTimes.map { .integer($0.milliseconds) }),
      ],
    ])
  }

  /// Makes a route without authentication that accepts any host. It is served until the server stops.
  static func probe(
    _ path: String, _ response: @escaping @Sendable () -> Response
  ) -> Route {
    Route(
      .get, path, scope: nil, servesWhileDraining: true, acceptsAnyHost: true,
      answer: { _ in response() })
  }

  /// Makes the response to an error of the HTTP layer.
  public static func errorResponse(_ error: HTTPError, _ context: RequestContext) -> Response {
    Problem(error).response(
      requestID: context.requestID, prefix: context.prefix,
      namesError: context.area == OpenInference.area)
  }

  private func info() -> Response {
    .json([
      "name": "brgsa", "version": .string(Self.version), "model": modelInfo(),
      "limits": limitsHere, "prompt_sets": .array(promptSets),
      "persist": .string(service.persistence.rawValue),
      "durability": service.storeDurability.map { .string($0.level.rawValue) },
      "features": .array(features.map(JSON.string)),
    ])
  }

  /// All limits, including those that depend on the disk, if they are known.
  private var limitsHere: JSON {
    let spool = readiness.spoolFigures
    return .object(
      limits.json(service) + [
        "spool_bytes": spool.map { .integer($0.limit) },
        "spool_reserve_bytes": spool.map { .integer($0.reserve) },
      ])
  }

  private var features: [String] {
    [
      "diagnoses", "jobs", "calibrations", "volumes", "retrievals", "reports", "embeddings",
      "prompt-sets", "open-inference",
    ] + (service.readsDICOM ? ["dicom"] : []) + modelFeatures
  }

  /// The features that depend on the model; empty until the model is ready.
  private var modelFeatures: [String] {
    guard case .ready(let loaded) = service.modelState else { return [] }
    return loaded.features.map(\.rawValue)
  }

  /// Describes the model; null until the model is ready. Clients can read the limits even then.
  private func modelInfo() -> JSON {
    guard case .ready(let loaded) = service.modelState else { return .null }
    let configuration = loaded.model.configuration
    return .object(
      ModelBody.json(loaded, calibration: try? service.calibration(named: nil)) + [
        "embedding_dimension": .integer(configuration.embedding),
        "random_weights": .bool(configuration.hasRandomWeights),
        "notice": .string(loaded.notice),
      ])
  }
}
