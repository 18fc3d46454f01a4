/// Accepts or refuses a request by its head alone. The gate performs no I/O.
struct Gate: Sendable {
  let routes: RouteTable
  let hosts: HostPolicy
  let keys: KeyRing
  /// Maximum size in bytes of a request target.
  let uriByteLimit: Int

  /// The decision about a head.
  struct Verdict: Sendable {
    let requestID: String
    let trace: TraceContext?
    let framing: Framing
    let method: HTTPMethod?
    let routePattern: String?
    /// The first part of the path, if a route starts with it.
    let area: String?
    let scope: Scope?
    /// The name of the client's key.
    let client: String?
    let outcome: Outcome
    /// True if a response without a handler must not wait for the end of the body.
    let respondsEarly: Bool
  }

  enum Outcome: Sendable {
    /// Receive the body, then run the handler.
    case accept(RequestHead, BodyPolicy, BodyPlan, Admission.Handler)
    /// Send this response without a handler.
    case respond(Response)
    case refuse(HTTPError)
  }

  /// Maximum size in bytes of a refused body that is read to its end. The client then receives the response.
  static let drainedByteLimit = 8 << 20

  /// Judges one request.
  ///
  /// - Parameter busy: The reason why only probes are served now; nil if all routes are served.
  func verdict(on head: RawHead, busy: HTTPError?) -> Verdict {
    var assessment = Assessment(requestID: RequestID.adopted(from: head))
    let outcome: Outcome
    do throws(HTTPError) {
      outcome = try judge(head, busy, &assessment)
    } catch {
      outcome = .refuse(error)
      // The request was refused before its target was parsed.
      if assessment.area == nil { assessment.area = routes.area(ofTarget: head.uri) }
    }
    return Verdict(
      requestID: assessment.requestID, trace: TraceContext(head),
      framing: assessment.framing ?? .none,
      method: assessment.method, routePattern: assessment.routePattern, area: assessment.area,
      scope: assessment.scope, client: assessment.client, outcome: outcome,
      respondsEarly: respondsEarly(head, assessment.framing))
  }

  /// The facts that are known so far. They are used even if the request is refused.
  private struct Assessment {
    let requestID: String
    var framing: Framing?
    var method: HTTPMethod?
    var routePattern: String?
    var area: String?
    var scope: Scope?
    var client: String?
  }

  private func judge(
    _ head: RawHead, _ busy: HTTPError?, _ assessment: inout Assessment
  ) throws(HTTPError) -> Outcome {
    try Self.checkFields(head)
    let framing = try Framing(head)
    assessment.framing = framing
    try Self.checkExpectation(head)
    guard head.uri.count <= uriByteLimit else {
      throw .uriTooLong(limit: uriByteLimit, actual: head.uri.count)
    }
    try checkHosts(head)
    // With keys, no host check is needed: web pages have no key, and open routes send the same response to all clients.
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
      query: target.query, headers: Self.headers(head), isLocal: head.isLocal, scopes: [])
    if let scope = route.scope {
      checked.scopes = try keys.admit(checked, needing: scope, client: &assessment.client)
      // The request was admitted because of its local address. A foreign page in a browser on this
      // machine also has a local address.
      if keys.isInUse, assessment.client == nil { try checkOrigin(head) }
      checked.client = assessment.client
    }
    let plan = try bodyPlan(for: route, framing, head)
    return switch route.admit(checked) {
    case .response(let response): .respond(response)
    case .handler(let handler): .accept(checked, route.body, plan, handler)
    }
  }

  /// Decides whether a response without a handler is sent before the body has been read. This is necessary if the
  /// client waits for `100 Continue`, if the end of the body is uncertain, or if the body is too long to read.
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
