/// Accepts or refuses a request based on its head alone. The gate performs no I/O.
struct Gate: Sendable {
  let routes: RouteTable
  let hosts: HostPolicy
  let keys: KeyRing
  /// Maximum size in bytes of a request target.
  let uriByteLimit: Int

  /// The decision about one request.
  struct Verdict: Sendable {
    let requestID: String
    let trace: TraceContext?
    let framing: Framing
    let method: HTTPMethod?
    let routePattern: String?
    /// The first part of the path; nil if no route starts with it.
    let area: String?
    /// The path prefix under which a trusted proxy publishes the service; empty for none.
    let prefix: String
    let scope: Scope?
    /// The name of the client's key.
    let client: String?
    let outcome: Outcome
    /// True if a response without a handler must be sent before the body ends.
    let respondsEarly: Bool
  }

  enum Outcome: Sendable {
    /// The server receives the body and then runs the handler.
    case accept(RequestHead, BodyPolicy, BodyPlan, Admission.Handler)
    /// The server sends this response without running a handler.
    case respond(Response)
    case refuse(HTTPError)
  }

  /// Maximum size in bytes of a refused body that the server still reads to its end. The client can then read the
  /// response.
  static let drainedByteLimit = 8 << 20

  /// Decides about one request.
  ///
  /// - Parameter busy: The error for all routes except probes while the server is busy; nil if all routes are served.
  func verdict(on head: RawHead, busy: HTTPError?) -> Verdict {
    var assessment = Assessment(requestID: RequestID.adopted(from: head))
    let outcome: Outcome
    do throws(HTTPError) {
      outcome = try judge(head, busy, &assessment)
    } catch {
      outcome = .refuse(error)
      // An early check refused the request, so its target was not parsed yet.
      if assessment.area == nil { assessment.area = routes.area(ofTarget: head.uri) }
    }
    return Verdict(
      requestID: assessment.requestID, trace: TraceContext(head),
      framing: assessment.framing ?? .none,
      method: assessment.method, routePattern: assessment.routePattern, area: assessment.area,
      prefix: assessment.prefix, scope: assessment.scope, client: assessment.client,
      outcome: outcome,
      respondsEarly: respondsEarly(head, assessment.framing))
  }

  /// The facts about the request that are known so far. A refusal uses them, too.
  private struct Assessment {
    let requestID: String
    var framing: Framing?
    var method: HTTPMethod?
    var routePattern: String?
    var area: String?
    var prefix = ""
    var scope: Scope?
    var client: String?
  }

  private func judge(
    _ head: RawHead, _ busy: HTTPError?, _ assessment: inout Assessment
  ) throws(HTTPError) -> Outcome {
    try Self.checkFields(head)
    assessment.prefix = try Self.prefix(of: head)
    let framing = try Framing(head)
    assessment.framing = framing
    try Self.checkExpectation(head)
    guard head.uri.count <= uriByteLimit else {
      throw .uriTooLong(limit: uriByteLimit, actual: head.uri.count)
    }
    try checkHosts(head)
    // With keys, hosts need no check: web pages have no key, and open routes send all clients the same response.
    let parsed = Result { () throws(HTTPError) in try RequestTarget(head.uri) }
    if !keys.isInUse {
      let target = try? parsed.get()
      try checkOrigin(head, fromAnyHost: target.map { routes.acceptsAnyHost($0.segments) } ?? false)
    }
    let method = try method(head.method)
    assessment.method = method
    if method == .options, head.uri.elementsEqual("*".utf8) {
      return .respond(Self.allowing(routes.methods))
    }
    let target = try parsed.get()
    assessment.area = routes.area(of: target.segments)
    if method == .options {
      return .respond(Self.allowing(try routes.methods(for: target.segments)))
    }
    let (route, match) = try routes.route(method, target.segments)
    assessment.routePattern = route.pattern
    assessment.scope = route.scope
    if let busy, !route.servesWhileDraining { throw busy }
    var checked = RequestHead(
      id: assessment.requestID, method: method, path: target.path, route: match,
      query: target.query, headers: Self.headers(head), isLocal: head.isLocal,
      prefix: assessment.prefix, scopes: [])
    if let scope = route.scope {
      checked.scopes = try keys.admit(checked, needing: scope, client: &assessment.client)
      // The request needed no key, because it came from this machine. A foreign page in a local browser also sends
      // requests from this machine, so the origin is checked.
      if keys.isInUse, assessment.client == nil { try checkOrigin(head) }
      checked.client = assessment.client
    }
    let plan = try bodyPlan(for: route, framing, head)
    return switch route.admit(checked) {
    case .response(let response): .respond(response)
    case .handler(let handler): .accept(checked, route.body, plan, handler)
    }
  }

  /// True if a response without a handler must be sent before the body was read. This is necessary in three cases:
  /// the client waits for `100 Continue`, the end of the body is uncertain, or the body is too long to read.
  private func respondsEarly(_ head: RawHead, _ framing: Framing?) -> Bool {
    guard head.values("Expect").isEmpty else { return true }
    return switch framing {
    case nil: true
    case .length(let count): count > Self.drainedByteLimit
    case .some(.none), .chunked: false
    }
  }

  private func method(_ text: String) throws(HTTPError) -> HTTPMethod {
    if let method = HTTPMethod(rawValue: text), method.rawValue.utf8.elementsEqual(text.utf8) {
      return method
    }
    if HTTPMethod.refused.contains(text) { throw .methodNotAllowed(allowed: routes.methods) }
    throw .methodUnknown(supported: routes.methods)
  }

  private static func allowing(_ methods: [HTTPMethod]) -> Response {
    Response(status: 204, headers: ["Allow": HTTPMethod.allowValue(methods)])
  }

  private static func headers(_ head: RawHead) -> Headers {
    Headers(
      head.fields.map {
        Headers.Field(
          name: String(decoding: $0.name, as: UTF8.self),
          value: String(decoding: $0.value, as: UTF8.self))
      })
  }
}
