/// Facts about a finished request, for logs and metrics. Text from the request is included only after validation.
public struct RequestRecord: Sendable {
  /// How a request ended.
  public enum Ending: String, Sendable, CaseIterable {
    /// The response was sent.
    case completed
    /// The client left, or the server cut the connection because the client was too slow or sent too much.
    case clientGone
    /// The server cut the connection because no byte moved for too long.
    case timedOut
    /// The request was unreadable, and libmicrohttpd itself responded.
    case unreadable
    /// The server stopped.
    case stopped
  }

  /// The request's identifier.
  public let requestID: String
  /// The trace that the client names: 32 hexadecimal digits.
  public let traceID: String?
  /// The method, if it is a known one.
  public let method: HTTPMethod?
  /// The route's pattern, if there is a route.
  public let routePattern: String?
  /// The scope that the route requires; nil without a route and for open routes.
  public let scope: Scope?
  /// The name of the client's key; nil if the route requires none.
  public let client: String?
  /// The subject of a successful request: the last part of the response's `Location`, or otherwise
  /// the name in the path.
  public let subject: String?
  /// The status of the response, if one was sent.
  public let status: Int?
  /// Number of received bytes of the request's body.
  public let bytesReceived: Int
  /// Number of bytes of the response's body.
  public let bytesSent: Int
  /// Time from the first line of the request to the end of the response.
  public let duration: Duration
  /// How the request ended.
  public let ending: Ending
}
