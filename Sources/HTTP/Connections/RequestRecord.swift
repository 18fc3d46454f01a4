/// Facts about a finished request, for logs and metrics. Text from the request is included only if it was validated.
public struct RequestRecord: Sendable {
  /// How a request ended.
  public enum Ending: String, Sendable, CaseIterable {
    /// The response was sent.
    case completed
    /// The client left, or the server cut the connection because the client was too slow or sent too much.
    case clientGone
    /// The server cut the connection because no byte was transferred for too long.
    case timedOut
    /// The request was malformed, and libmicrohttpd itself sent the error response.
    case unreadable
    /// The server stopped before the request was finished.
    case stopped
  }

  /// The request's identifier.
  public let requestID: String
  /// The trace id that the client sent: 32 hexadecimal digits; nil without a valid one.
  public let traceID: String?
  /// The method; nil if it is unknown.
  public let method: HTTPMethod?
  /// The pattern of the route; nil if no route matched.
  public let routePattern: String?
  /// The scope that the route requires; nil for open routes and if no route matched.
  public let scope: Scope?
  /// The name of the client's key; nil if no key was used.
  public let client: String?
  /// The name of the object that a successful request concerns. It is the last part of the response's `Location`, or
  /// otherwise the name in the path.
  public let subject: String?
  /// The status of the response; nil if none was sent.
  public let status: Int?
  /// Number of received body bytes.
  public let bytesReceived: Int
  /// Number of bytes in the response's body.
  public let bytesSent: Int
  /// Time from the request line to the end of the response.
  public let duration: Duration
  /// How the request ended.
  public let ending: Ending
}
