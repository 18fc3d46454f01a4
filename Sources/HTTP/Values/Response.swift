/// An answer.
///
/// The server adds `X-Request-ID`, `X-Content-Type-Options: nosniff` and, unless they are set,
/// `Cache-Control: no-store`, a `Content-Security-Policy` that allows nothing and no frame,
/// `Cross-Origin-Resource-Policy: same-origin` and `Referrer-Policy: no-referrer`; it leaves the body out of an answer to HEAD.
public struct Response: Sendable, Equatable {
  /// Status code, 200 to 599.
  public var status: Int
  /// Header fields. No value may hold bytes of a request.
  public var headers: Headers
  /// The body.
  public var body: [UInt8]
  /// What is sent instead of ``body``, as it comes.
  public var stream: ResponseStream?

  /// Makes an answer.
  public init(
    status: Int, headers: Headers = [:], body: [UInt8] = [], stream: ResponseStream? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.stream = stream
  }
}
