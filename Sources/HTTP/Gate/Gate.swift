/// Decides from the head alone what becomes of a request. No I/O, no state.
struct Gate: Sendable {
  let routes: RouteTable
  let hosts: HostPolicy
  let keys: KeyRing
  /// Most bytes of a request target.
  let uriByteLimit: Int

  /// What the head led to.
  struct Verdict: Sendable {
    let requestID: String
    let trace: TraceContext?
    let framing: Framing
    let method: HTTPMethod?
    let routePattern: String?
    /// The first part of the path, if routes begin with it.
    let area: String?
    let scope: Scope?
    /// The name of the client's key.
    let client: String?
    let outcome: Outcome
    /// True if waiting for the end of the body is pointless or dangerous.
    let answersAtOnce: Bool
  }

  enum Outcome: Sendable {
    /// Receive the body, then run the handler.
    case accept(RequestHead, BodyPolicy, BodyPlan, Admission.Handler)
    /// An answer that needs no handler.
    case answer(Response)
    case refuse(HTTPError)
  }

  /// A refused body up to this size is read to its end, so that the client surely sees the answer.
  static let drainedByteLimit = 8 << 20

  /// Judges one request.
  ///
  /// - Parameter busy: Why only probes are answered now, if so.
  func verdict(on head: RawHead, busy: HTTPError?) -> Verdict {
    var assessment = Assessment(requestID: RequestID.adopted(from: head))
    let outcome: Outcome
    do throws(HTTPError) {
      outcome = try judge(head, busy, &assessment)
    } catch {
      outcome = .refuse(error)
      // Refused before the target was looked at.
      if assessment.area == nil { assessment.area = routes.area(ofTarget: head.uri) }
    }
    return Verdict(
      requestID: assessment.requestID, trace: TraceContext(head),
      framing: assessment.framing ?? .none,
      method: assessment.method, routePattern: assessment.routePattern, area: assessment.area,
      scope: assessment.scope, client: assessment.client, outcome: outcome,
      answersAtOnce: answersAtOnce(head, assessment.framing))
  }

  /// What was found out before a refusal, if there was one.
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
    // A page in a browser has no key, so a key is a better guard than the host. What needs none says the same to all.
    let parsed = Result { () throws(HTTPError) in try RequestTarget(head.uri) }
    if !keys.isInUse {
      let target = try? parsed.get()
      try checkOrigin(head, atAnyHost: target.map { routes.answersAnyHost($0.segments) } ?? false)
    }
    let method = try method(head.method)
    assessment.method = method
    if method == .options, head.uri.elementsEqual("*".utf8) {
      return .answer(Self.allowing(routes.methods))
    }
    let target = try parsed.get()
    assessment.area = routes.area(of: target.segments)
    if method == .options {
      return .answer(Self.allowing(try routes.methods(for: target.segments)))
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
      // Let in for its address: so is a foreign page in a browser on this machine.
      if keys.isInUse, assessment.client == nil { try checkOrigin(head) }
      checked.client = assessment.client
    }
    let plan = try bodyPlan(for: route, framing, head)
    return switch route.admit(checked) {
    case .response(let response): .answer(response)
    case .handler(let handler): .accept(checked, route.body, plan, handler)
    }
  }

  /// A client that waits for `100 Continue`, a body without a certain end, and one that is too long
  /// to be read in vain are answered before the body.
  private func answersAtOnce(_ head: RawHead, _ framing: Framing?) -> Bool {
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
