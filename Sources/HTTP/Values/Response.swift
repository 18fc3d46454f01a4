/// A response.
///
/// The server adds `X-Request-ID`, `X-Content-Type-Options: nosniff` and, unless they are set,
/// `Cache-Control: no-store`, a `Content-Security-Policy` that allows nothing and no frame,
/// `Cross-Origin-Resource-Policy: same-origin` and `Referrer-Policy: no-referrer`. A response to
/// HEAD has no body.
public struct Response: Sendable, Equatable {
  /// Status code, 200 to 599.
  public var status: Int
  /// Header fields. Values must not contain bytes of a request.
  public var headers: Headers
  /// The body.
  public var body: [UInt8]
  /// The streamed body, sent instead of ``body``.
  public var stream: ResponseStream?

  /// Makes a response.
  public init(
    status: Int, headers: Headers = [:], body: [UInt8] = [], stream: ResponseStream? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.stream = stream
  }
}
