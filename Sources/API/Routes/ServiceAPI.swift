internal import Calibrations
internal import Encoders
internal import Formats
public import HTTP
public import Inference
internal import StrictJSON

/// The contract: every route of the service, and how errors look.
public struct ServiceAPI: Sendable {
  /// The version of the service, in `/v1/info` and `--version`.
  public static let version = "0.1.0"

  let service: DiagnosisService
  /// What requests may measure.
  public let limits: APILimits
  /// Diagnoses that are made later, and the files that came for them.
  let jobs = JobDesk()
  let uploads: KeptUploads
  let clock = DeadlineClock()
  let readiness: Readiness
  private let metrics: @Sendable () -> String

  /// The contract over a use case.
  ///
  /// - Parameters:
  ///   - uploads: Where files of jobs wait.
  ///   - metrics: What the service measured of itself, in Prometheus' text format.
  public init(
    service: DiagnosisService, readiness: Readiness, limits: APILimits, uploads: KeptUploads,
    metrics: @escaping @Sendable () -> String
  ) {
    self.metrics = metrics
    self.uploads = uploads
    self.service = service
    self.readiness = readiness
    self.limits = limits
  }

  /// All routes; `openapi.yaml` describes exactly these.
  public var routes: [Route] {
    [
      Self.probe("/livez") { .json(["status": "alive"]) },
      Self.probe("/readyz") { readiness.response() },
      Self.probe("/health") { readiness.response() },
      Route(
        .get, "/metrics", scope: .metrics, servesWhileDraining: true, answersAnyHost: true
      ) { _ in
        Response(
          status: 200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"],
          body: Array(metrics().utf8))
      },
      Route(.get, "/v1/info", scope: .read) { _ in info() },
      Route(.post, "/v1/selftest", scope: .admin) { request in
        await answerInTime(request) { () async throws(Problem) in
          try await runSelfTest(request.head)
        }
      },
      Route(.get, "/openapi.yaml", scope: nil) { _ in
        Response(
          status: 200, headers: ["Content-Type": "application/yaml"], body: BuiltInFile.openAPI)
      },
      Route(.get, "/problems/{slug}", scope: nil) { request in ProblemPage.response(for: request) },
      Self.page("/", BuiltInFile.index), Self.page("/docs", BuiltInFile.docs),
      diagnosisRoute, keptDiagnosisRoute,
    ] + pictureRoutes + jobRoutes + calibrationRoutes + volumeRoutes + retrievalRoutes
      + reportRoutes + promptSetRoutes + openInferenceRoutes
  }

  private func runSelfTest(_ head: RequestHead) async throws(Problem) -> Response {
    guard head.query.isEmpty else { throw Self.unknownParameter(known: "none") }
    let result = try await Problem.from { () async throws(InferenceError) in
      try await service.runSelfTest()
    }
    return .json([
      "status": "passed", "example": ["ms": .integer(result.exampleTime.milliseconds)],
      "volume": [
        "shape": .array(result.shape.map(JSON.integer)), "identical": true,
        "ms": .array(result.encodingTimes.map { .integer($0.milliseconds) }),
      ],
    ])
  }

  /// Open to all, whatever host they name, and answered until the service is gone.
  static func probe(
    _ path: String, _ response: @escaping @Sendable () -> Response
  ) -> Route {
    Route(
      .get, path, scope: nil, servesWhileDraining: true, answersAnyHost: true,
      answer: { _ in response() })
  }

  /// A page of ours, which may talk to this service and to nobody else.
  private static func page(_ path: String, _ html: [UInt8]) -> Route {
    let response = Response(
      status: 200,
      headers: [
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": """
        default-src 'none'; img-src 'self' blob: data:; style-src 'unsafe-inline'; \
        script-src 'unsafe-inline'; connect-src 'self'; form-action 'none'; base-uri 'none'; \
        frame-ancestors 'none'
        """,
        "Referrer-Policy": "no-referrer",
      ], body: html)
    return Route(.get, path, scope: nil) { _ in response }
  }

  /// Renders what the HTTP layer refuses.
  public static func errorResponse(_ error: HTTPError, _ context: RequestContext) -> Response {
    Problem(error).response(
      requestID: context.requestID, namesError: context.area == OpenInference.area)
  }

  private func info() -> Response {
    noticed(infoBody)
  }

  private var infoBody: Response {
    .json([
      "name": "brgsa", "version": .string(Self.version), "model": modelInfo(),
      "limits": limitsHere, "prompt_sets": .array(promptSets),
      "persist": .string(service.persistence.rawValue),
      "features": .array(features.map(JSON.string)),
    ])
  }

  /// The limits with those that come from this machine's disk; while that cannot be asked, without them.
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
    ] + (service.readsDICOM ? ["dicom"] : [])
  }

  /// Null until the model is ready: a client that only wants the limits need not wait.
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
