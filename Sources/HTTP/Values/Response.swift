/// A response.
///
/// The server always adds `X-Request-ID` and `X-Content-Type-Options: nosniff`. Unless they are set, it also adds
/// `Cache-Control: no-store`, `Cross-Origin-Resource-Policy: same-origin`, `Referrer-Policy: no-referrer` and a
/// `Content-Security-Policy` that allows no content and no framing. A response to HEAD has no body.
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
