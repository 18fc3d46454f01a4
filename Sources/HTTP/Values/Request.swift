/// A request whose head has passed all checks and whose body was received.
public struct Request: Sendable {
  /// The request's head.
  public let head: RequestHead
  /// The received body.
  public let body: Body
  /// Time from the end of the request's head to the end of its body.
  public let receiveDuration: Duration

  /// The identifier that the response contains in `X-Request-ID`.
  public var id: String { head.id }

  /// Makes a request. Only tests of handlers need this initializer.
  public init(head: RequestHead, body: Body = .none, receiveDuration: Duration = .zero) {
    self.head = head
    self.body = body
    self.receiveDuration = receiveDuration
  }

  /// A received body.
  public enum Body: Sendable {
    /// The request has no body.
    case none
    /// The body was the file itself.
    case file(UploadedFile)
    /// The body was a form. The keys are the field names that the route declares.
    case form(files: [String: UploadedFile], fields: [String: [UInt8]])
  }
}

/// The head of a request that has passed all checks.
public struct RequestHead: Sendable {
  /// The client's `X-Request-ID` if it is well-formed; otherwise a random identifier.
  public let id: String
  /// The method. A GET handler also serves HEAD.
  public let method: HTTPMethod
  /// The decoded path.
  public let path: String
  /// The pattern of the route. It is safe in metric labels and logs.
  public let routePattern: String
  /// The decoded values of the `{name}` parts of the pattern.
  public let pathParameters: [String: String]
  /// The decoded query, in its original order.
  public let query: [QueryItem]
  /// All header fields. Bytes that are not valid UTF-8 are replaced.
  public let headers: Headers
  /// True if the client has a loopback address. This includes the clients of a proxy on this machine.
  public let isLocal: Bool
  /// The path prefix under which a trusted proxy publishes the service, such as `/brgsa`; empty for none. URLs in a
  /// response start with it.
  public let prefix: String
  /// The name of the client's key; nil for open routes, and if no key was needed.
  public internal(set) var client: String?
  /// All scopes of the client. A part of a request may require a further scope than its route. If the server has no
  /// keys, this contains every scope. On open routes, it is empty.
  public internal(set) var scopes: Set<Scope>

  /// Makes a head. Only tests of handlers need this initializer.
  public init(
    id: String, method: HTTPMethod, path: String, route: RouteMatch, query: [QueryItem] = [],
    headers: Headers = [:], isLocal: Bool = true, prefix: String = "",
    scopes: Set<Scope> = Set(Scope.allCases)
  ) {
    self.id = id
    self.method = method
    self.path = path
    routePattern = route.pattern
    pathParameters = route.parameters
    self.query = query
    self.headers = headers
    self.isLocal = isLocal
    self.prefix = prefix
    self.scopes = scopes
  }
}

/// The pattern of a route and the values of its `{name}` parts for one path.
public struct RouteMatch: Sendable, Equatable {
  /// The route's pattern.
  public let pattern: String
  /// The decoded values of the `{name}` parts of the pattern.
  public let parameters: [String: String]

  /// Makes a match.
  public init(pattern: String, parameters: [String: String] = [:]) {
    self.pattern = pattern
    self.parameters = parameters
  }
}

/// A file that a client sent.
public struct UploadedFile: Sendable {
  /// The content of the file, in an unnamed spool file.
  public let file: SpoolFile
  /// Length in bytes. A file that is the whole body has at least 1 byte.
  public let byteCount: Int
  /// The SHA-256 digest of the file: 32 bytes.
  public let sha256: [UInt8]
  /// The media type in lower case, without parameters; nil if it is missing or malformed.
  public let contentType: String?
  /// Lengths in bytes of the files of a series, which are stored one after another. Empty for a single file.
  public private(set) var parts: [Int] = []

  /// Returns the same upload, divided into files with these lengths in bytes.
  func divided(into parts: [Int]) -> UploadedFile {
    var divided = self
    divided.parts = parts
    return divided
  }
}

/// Facts about a request that are needed to make an error response.
public struct RequestContext: Sendable {
  /// The identifier that the response contains in `X-Request-ID`.
  public let requestID: String
  /// The method; nil if it is unknown.
  public let method: HTTPMethod?
  /// The pattern of the route; nil if no route matched.
  public let routePattern: String?
  /// The first part of the path, such as "v1"; nil if no route starts with it. It can be known even if no route
  /// matches.
  public let area: String?
  /// The path prefix under which a trusted proxy publishes the service; empty for none.
  public let prefix: String
}
