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
  /// The method, if it is a known one.
  public let method: HTTPMethod?
  /// The route's pattern, if there is a route.
  public let routePattern: String?
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
