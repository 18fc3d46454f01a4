/// A request whose head passed all checks and whose body has been received.
public struct Request: Sendable {
  /// The request's head.
  public let head: RequestHead
  /// The received body.
  public let body: Body
  /// Time from the end of the head to the end of the body.
  public let receiveDuration: Duration

  /// The identifier in the response's `X-Request-ID`.
  public var id: String { head.id }

  /// Makes a request; only tests of handlers need this.
  public init(head: RequestHead, body: Body = .none, receiveDuration: Duration = .zero) {
    self.head = head
    self.body = body
    self.receiveDuration = receiveDuration
  }

  /// A received body.
  public enum Body: Sendable {
    /// The route accepts no body.
    case none
    /// The body was the file itself.
    case file(UploadedFile)
    /// The body was a form. Files and small fields are listed by the names that the route declares.
    case form(files: [String: UploadedFile], fields: [String: [UInt8]])
  }
}

/// The checked head of a request.
public struct RequestHead: Sendable {
  /// The client's `X-Request-ID` if it is well-formed, otherwise a random one.
  public let id: String
  /// The method. The handler for GET also serves HEAD.
  public let method: HTTPMethod
  /// The decoded path.
  public let path: String
  /// The pattern of the route, safe for labels and logs.
  public let routePattern: String
  /// The decoded values of the pattern's `{names}`.
  public let pathParameters: [String: String]
  /// The decoded query, in its original order.
  public let query: [QueryItem]
  /// All header fields. Bytes that are not UTF-8 are replaced.
  public let headers: Headers
  /// True if the client has a loopback address. This is also true for clients of a local proxy.
  public let isLocal: Bool
  /// The name of the client's key; nil for open routes.
  public internal(set) var client: String?
  /// All scopes of the client. A part of a request may require another scope than its route does.
  /// Contains every scope if the server has no keys. Empty on open routes.
  public internal(set) var scopes: Set<Scope>

  /// Makes a head; only tests of handlers need this.
  public init(
    id: String, method: HTTPMethod, path: String, route: RouteMatch, query: [QueryItem] = [],
    headers: Headers = [:], isLocal: Bool = true, scopes: Set<Scope> = Set(Scope.allCases)
  ) {
    self.id = id
    self.method = method
    self.path = path
    routePattern = route.pattern
    pathParameters = route.parameters
    self.query = query
    self.headers = headers
    self.isLocal = isLocal
    self.scopes = scopes
  }
}

/// A route's pattern and the values of its `{names}` in one path.
public struct RouteMatch: Sendable, Equatable {
  /// The route's pattern.
  public let pattern: String
  /// The decoded values of the pattern's `{names}`.
  public let parameters: [String: String]

  /// Makes a match.
  public init(pattern: String, parameters: [String: String] = [:]) {
    self.pattern = pattern
    self.parameters = parameters
  }
}

/// A file that a client sent.
public struct UploadedFile: Sendable {
  /// The bytes, in an unnamed file.
  public let file: SpoolFile
  /// Length in bytes, at least 1 for a raw body.
  public let byteCount: Int
  /// SHA-256 of the bytes; 32 bytes.
  public let sha256: [UInt8]
  /// Media type in lower case and without parameters; nil if it is missing or malformed.
  public let contentType: String?
  /// If a form had several files, they are stored one after another, and these are their lengths. Otherwise empty.
  public private(set) var parts: [Int] = []

  /// Returns the same upload, divided into files of these lengths.
  func divided(into parts: [Int]) -> UploadedFile {
    var divided = self
    divided.parts = parts
    return divided
  }
}

/// Facts about a request that the renderer of errors needs.
public struct RequestContext: Sendable {
  /// The identifier in the response's `X-Request-ID`.
  public let requestID: String
  /// The method, if it is a known one.
  public let method: HTTPMethod?
  /// The pattern of the route, if there is one.
  public let routePattern: String?
  /// The first part of the path, such as "v1", if any route starts with it. Known even if no route matches.
  public let area: String?
}
