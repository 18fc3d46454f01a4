/// What is left of a request when it is over, for logs and metrics. It holds no byte of the request
/// but its checked identifier.
public struct RequestRecord: Sendable {
  /// How a request ended.
  public enum Ending: String, Sendable, CaseIterable {
    /// The answer was sent.
    case completed
    /// The client left, or was cut off because it was too slow or sent too much.
    case clientGone
    /// The client was silent for too long.
    case timedOut
    /// The request could not be read, and libmicrohttpd answered by itself.
    case unreadable
    /// The server stopped.
    case stopped
  }

  /// The request's identifier.
  public let requestID: String
  /// The trace that the client says it belongs to: 32 hexadecimal digits.
  public let traceID: String?
  /// The method, if it is a known one.
  public let method: HTTPMethod?
  /// The route's pattern, if there is a route.
  public let routePattern: String?
  /// What the route's clients must be allowed; nil without a route and if it is open to all.
  public let scope: Scope?
  /// The name of the client's key, if it needed one.
  public let client: String?
  /// What the request was about, if it succeeded: the last part of the answer's `Location`, else the path's name.
  public let subject: String?
  /// The status that was answered, if there was an answer.
  public let status: Int?
  /// Bytes of the body that came.
  public let bytesReceived: Int
  /// Bytes of the body that were to be sent.
  public let bytesSent: Int
  /// From the first line of the request to the end of the answer.
  public let duration: Duration
  /// How it ended.
  public let ending: Ending
}
