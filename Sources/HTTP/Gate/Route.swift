/// One method and path pattern, with its handler.
public struct Route: Sendable {
  /// The method. A GET route serves HEAD as well.
  public let method: HTTPMethod
  /// The path pattern: literal parts and `{name}` parts, separated by slashes. Literal text may
  /// follow a `{name}`, as in `/slices/{index}.png`.
  public let pattern: String
  /// The scope that a client's key must have; nil for open routes.
  public let scope: Scope?
  /// The accepted body.
  public let body: BodyPolicy
  /// True for probes, which are served even while the server stops.
  public let servesWhileDraining: Bool
  /// True for probes and metrics, because monitoring systems use addresses and names that the service does not know.
  public let acceptsAnyHost: Bool
  /// Decides about a request after all other checks and before the body is read.
  ///
  /// It runs on a thread of the server. It must not block or compute for more than a few milliseconds.
  public let admit: @Sendable (RequestHead) -> Admission

  /// Makes a route.
  public init(
    _ method: HTTPMethod, _ pattern: String, scope: Scope?, body: BodyPolicy = .none,
    servesWhileDraining: Bool = false, acceptsAnyHost: Bool = false,
    admit: @escaping @Sendable (RequestHead) -> Admission
  ) {
    self.method = method
    self.pattern = pattern
    self.scope = scope
    self.body = body
    self.servesWhileDraining = servesWhileDraining
    self.acceptsAnyHost = acceptsAnyHost
    self.admit = admit
  }

  /// Makes a route that admits every request.
  public init(
    _ method: HTTPMethod, _ pattern: String, scope: Scope?, body: BodyPolicy = .none,
    servesWhileDraining: Bool = false, acceptsAnyHost: Bool = false,
    handler: @escaping Admission.Handler
  ) {
    self.init(
      method, pattern, scope: scope, body: body, servesWhileDraining: servesWhileDraining,
      acceptsAnyHost: acceptsAnyHost, admit: { _ in .handler(handler) })
  }

  /// Makes a route that responds on the server's own threads, for probes. It responds even if all handlers are busy.
  ///
  /// - Parameter answer: Returns the response. It must not block or compute for more than a few milliseconds.
  public init(
    _ method: HTTPMethod, _ pattern: String, scope: Scope?, servesWhileDraining: Bool = false,
    acceptsAnyHost: Bool = false,
    answer: @escaping @Sendable (RequestHead) -> Response
  ) {
    self.init(
      method, pattern, scope: scope, servesWhileDraining: servesWhileDraining,
      acceptsAnyHost: acceptsAnyHost, admit: { .response(answer($0)) })
  }
}

/// The decision about a request whose head passed all checks.
public enum Admission: Sendable {
  /// Makes the response. The handler's task is cancelled when the client resets the connection or closes its side. A
  /// client that only closed its sending side looks the same as a client that left. It still gets the response.
  public typealias Handler = @Sendable (Request) async -> Response

  /// The body is received, then this handler makes the response. The handler's captured values are
  /// released when the request ends, even if the body never arrives.
  case handler(Handler)
  /// A response without a handler; the body is not read.
  case response(Response)
}

/// All routes of a server.
struct RouteTable: Sendable {
  private struct Entry: Sendable {
    let route: Route
    let parts: [Part]
  }

  private enum Part: Sendable {
    case literal(String)
    /// A parameter's name, and the literal text that follows its value in the segment.
    case parameter(String, suffix: String)
  }

  private let entries: [Entry]
  /// The literal first parts of all routes.
  private let areas: [String]

  init(_ routes: [Route]) {
    entries = routes.map { route in
      Entry(route: route, parts: route.pattern.split(separator: "/").map(Self.part))
    }
    areas = entries.reduce(into: []) { areas, entry in
      if case .literal(let text)? = entry.parts.first, !areas.contains(text) { areas.append(text) }
    }
  }

  /// All methods that any route serves, including the implied HEAD and OPTIONS.
  var methods: [HTTPMethod] { Self.extended(entries.map(\.route.method)) }

  /// Finds the route of a path. A route with fewer parameters takes precedence.
  ///
  /// - Throws: ``HTTPError/notFound`` and ``HTTPError/methodNotAllowed(allowed:)``.
  func route(
    _ method: HTTPMethod, _ segments: [String]
  ) throws(HTTPError) -> (route: Route, match: RouteMatch) {
    let matching = try entries(matching: segments)
    let served = method == .head ? .get : method
    guard let entry = matching.first(where: { $0.route.method == served }) else {
      throw .methodNotAllowed(allowed: Self.extended(matching.map(\.route.method)))
    }
    return (
      entry.route,
      RouteMatch(
        pattern: entry.route.pattern, parameters: Self.parameters(of: entry.parts, in: segments))
    )
  }

  /// The methods that a path serves.
  ///
  /// - Throws: ``HTTPError/notFound``.
  func methods(for segments: [String]) throws(HTTPError) -> [HTTPMethod] {
    Self.extended(try entries(matching: segments).map(\.route.method))
  }

  /// True if all routes of a path accept requests that name any host.
  func acceptsAnyHost(_ segments: [String]) -> Bool {
    (try? entries(matching: segments))?.allSatisfy { $0.route.acceptsAnyHost } ?? false
  }

  /// The first part of a path, called its area, if any route starts with it. Different areas may
  /// use different protocols.
  func area(of segments: [String]) -> String? {
    guard let first = segments.first else { return nil }
    return areas.first { $0.utf8.elementsEqual(first.utf8) }
  }

  /// The area of a request target, even if the target is refused. The response then has the error format of this area.
  func area(ofTarget target: [UInt8]) -> String? {
    let slash = UInt8(ascii: "/")
    let target = RequestTarget.originForm(of: target)
    guard target.first == slash else { return nil }
    let first = target.drop { $0 == slash }.prefix { $0 != slash && $0 != UInt8(ascii: "?") }
    return (try? RequestTarget([slash] + first)).flatMap { area(of: $0.segments) }
  }

  private func entries(matching segments: [String]) throws(HTTPError) -> [Entry] {
    let matching = entries.filter { Self.matches($0.parts, segments) }
    guard !matching.isEmpty else { throw .notFound }
    guard matching.count > 1 else { return matching }
    let fewestParameters = matching.map { Self.parameterCount($0.parts) }.min()
    return matching.filter { Self.parameterCount($0.parts) == fewestParameters }
  }

  private static func part(_ text: Substring) -> Part {
    guard text.hasPrefix("{"), let end = text.firstIndex(of: "}") else {
      return .literal(String(text))
    }
    return .parameter(
      String(text[..<end].dropFirst()), suffix: String(text[end...].dropFirst()))
  }

  private static func matches(_ parts: [Part], _ segments: [String]) -> Bool {
    guard parts.count == segments.count else { return false }
    return zip(parts, segments).allSatisfy { part, segment in
      switch part {
      case .literal(let text): text.utf8.elementsEqual(segment.utf8)
      case .parameter(_, let suffix):
        segment.utf8.count > suffix.utf8.count
          && segment.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
      }
    }
  }

  private static func parameterCount(_ parts: [Part]) -> Int {
    parts.count { if case .parameter = $0 { true } else { false } }
  }

  private static func parameters(of parts: [Part], in segments: [String]) -> [String: String] {
    var parameters: [String: String] = [:]
    for case (.parameter(let name, let suffix), let segment) in zip(parts, segments) {
      // Without the suffix, the value may be invalid UTF-8. It then matches nothing.
      parameters[name] = String(decoding: segment.utf8.dropLast(suffix.utf8.count), as: UTF8.self)
    }
    return parameters
  }

  /// Adds OPTIONS, and HEAD if GET is included.
  private static func extended(_ methods: [HTTPMethod]) -> [HTTPMethod] {
    let all = Set(methods).union(methods.contains(.get) ? [.head] : []).union([.options])
    return HTTPMethod.allCases.filter(all.contains)
  }
}
