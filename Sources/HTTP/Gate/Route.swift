/// One method and path pattern, with its handler.
public struct Route: Sendable {
  /// The method. A GET route serves HEAD as well.
  public let method: HTTPMethod
  /// Slash-separated literal parts and `{name}` parts, which may end with literal text: `/slices/{index}.png`.
  public let pattern: String
  /// The scope that a client's key must have; nil for open routes.
  public let scope: Scope?
  /// The accepted body.
  public let body: BodyPolicy
  /// True for probes, which are served until the server has stopped.
  public let servesWhileDraining: Bool
  /// True for probes and metrics: monitoring systems use addresses and names that the service does
  /// not know.
  public let acceptsAnyHost: Bool
  /// Called after all other checks and before a byte of the body is read.
  ///
  /// It runs on a thread of the server, so it must not block, nor compute for more than a few
  /// milliseconds.
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

  /// Makes a route whose responses come from the server's own thread, however busy the others are: for probes.
  ///
  /// - Parameter answer: Must not block, nor compute for more than a few milliseconds.
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
  /// Makes the response. Its task is cancelled when the client has reset or closed its side of the
  /// connection: a client that only stopped sending looks the same as one that left, and still gets the response.
  public typealias Handler = @Sendable (Request) async -> Response

  /// The body is received, then this makes the response. Its captured values are released when the
  /// request ends, even if the body never arrives.
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
    /// A name, and the text after its value in the segment.
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

  /// All methods that some route serves, and the implied ones.
  var methods: [HTTPMethod] { Self.extended(entries.map(\.route.method)) }

  /// Finds the route of a path; literal segments win over named ones.
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

  /// Whether all routes of a path serve requests that name any host.
  func acceptsAnyHost(_ segments: [String]) -> Bool {
    (try? entries(matching: segments))?.allSatisfy { $0.route.acceptsAnyHost } ?? false
  }

  /// The first part of a path, if a route starts with it. Parts of a service may have different
  /// protocols.
  func area(of segments: [String]) -> String? {
    guard let first = segments.first else { return nil }
    return areas.first { $0.utf8.elementsEqual(first.utf8) }
  }

  /// The area of a request target, even if the target is refused: the response then still has the
  /// area's form.
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
      // Without the suffix it may not be valid text; then no value matches.
      parameters[name] = String(decoding: segment.utf8.dropLast(suffix.utf8.count), as: UTF8.self)
    }
    return parameters
  }

  /// Adds HEAD to GET, and OPTIONS.
  private static func extended(_ methods: [HTTPMethod]) -> [HTTPMethod] {
    let all = Set(methods).union(methods.contains(.get) ? [.head] : []).union([.options])
    return HTTPMethod.allCases.filter(all.contains)
  }
}
