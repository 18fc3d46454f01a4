/// A method and path pattern, with the handler of its requests.
public struct Route: Sendable {
  /// The method. A GET route also serves HEAD.
  public let method: HTTPMethod
  /// The path pattern: literal parts and `{name}` parts, separated by slashes. Literal text may follow `{name}`, as
  /// in `/slices/{index}.png`.
  public let pattern: String
  /// The scope that a client's key must have; nil for open routes.
  public let scope: Scope?
  /// The accepted body.
  public let body: BodyPolicy
  /// True for probes, which are served even while the server is stopping.
  public let servesWhileDraining: Bool
  /// True for probes and metrics. Monitoring systems may use addresses and names that the service does not know.
  public let acceptsAnyHost: Bool
  /// Accepts or refuses a request. Runs after all other checks and before the body is read.
  ///
  /// This closure runs on a thread of the server. It must not block or compute for more than a few milliseconds.
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

  /// Makes a route that responds on the server's own threads. Probes use it, because it responds even if all handlers
  /// are busy.
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

/// The decision about a request whose head has passed all checks.
public enum Admission: Sendable {
  /// Makes the response. Its task is cancelled when the client resets the connection or closes its sending side. A
  /// client that closed only its sending side looks like a client that left, but it still gets the response.
  public typealias Handler = @Sendable (Request) async -> Response

  /// The body is received, and then this handler makes the response. The values that the handler captures are
  /// released when the request ends, even if the body never arrives.
  case handler(Handler)
  /// This response is sent without a handler. The body is not read.
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
    /// The name of a parameter, and the literal text that follows it in the same segment.
    case parameter(String, suffix: String)
  }

  private let entries: [Entry]
  /// The literal first parts of all route patterns.
  private let areas: [String]

  init(_ routes: [Route]) {
    entries = routes.map { route in
      Entry(route: route, parts: route.pattern.split(separator: "/").map(Self.part))
    }
    areas = entries.reduce(into: []) { areas, entry in
      if case .literal(let text)? = entry.parts.first, !areas.contains(text) { areas.append(text) }
    }
  }

  /// The methods of all routes, including HEAD for GET routes, and OPTIONS.
  var methods: [HTTPMethod] { Self.extended(entries.map(\.route.method)) }

  /// Finds the route for a path. If several match, the route with the fewest parameters is used.
  ///
  /// - Throws: ``HTTPError/notFound`` or ``HTTPError/methodNotAllowed(allowed:)``.
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

  /// The methods that the routes of a path serve.
  ///
  /// - Throws: ``HTTPError/notFound``.
  func methods(for segments: [String]) throws(HTTPError) -> [HTTPMethod] {
    Self.extended(try entries(matching: segments).map(\.route.method))
  }

  /// True if all routes of this path accept any requested host.
  func acceptsAnyHost(_ segments: [String]) -> Bool {
    (try? entries(matching: segments))?.allSatisfy { $0.route.acceptsAnyHost } ?? false
  }

  /// The first part of a path, called its area; nil if no route starts with it. Areas may differ in their error
  /// formats.
  func area(of segments: [String]) -> String? {
    guard let first = segments.first else { return nil }
    return areas.first { $0.utf8.elementsEqual(first.utf8) }
  }

  /// The area of an undecoded request target, even if the target is invalid. The error response then has the format
  /// of this area.
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
      // The value without the suffix may be invalid UTF-8. Such a value matches nothing.
      parameters[name] = String(decoding: segment.utf8.dropLast(suffix.utf8.count), as: UTF8.self)
    }
    return parameters
  }

  /// Adds OPTIONS, and also HEAD if GET is included.
  private static func extended(_ methods: [HTTPMethod]) -> [HTTPMethod] {
    let all = Set(methods).union(methods.contains(.get) ? [.head] : []).union([.options])
    return HTTPMethod.allCases.filter(all.contains)
  }
}
