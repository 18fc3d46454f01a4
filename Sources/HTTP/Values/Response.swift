/// A response that a handler makes.
///
/// The server always adds `X-Request-ID` and `X-Content-Type-Options: nosniff`. It also adds the following headers if
/// the handler does not set them: `Cache-Control: no-store`, `Cross-Origin-Resource-Policy: same-origin`,
/// `Referrer-Policy: no-referrer`, and a `Content-Security-Policy` that forbids all content and framing. A response
/// to HEAD has no body.
public struct Response: Sendable, Equatable {
  /// The status code, 200 to 599.
  public var status: Int
  /// Header fields. Values must not contain bytes of a request.
  public var headers: Headers
  /// The body.
  public var body: [UInt8]
  /// A streamed body. If it is set, it is sent instead of ``body``.
  public var stream: ResponseStream?
  /// A file with the body. If it is set, it is sent instead of ``body``.
  public var file: ResponseFile?

  /// Makes a response.
  public init(
    status: Int, headers: Headers = [:], body: [UInt8] = [], stream: ResponseStream? = nil,
    file: ResponseFile? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.stream = stream
    self.file = file
  }

  /// Length of the body in bytes, unless it is streamed.
  var byteCount: Int { file?.byteCount ?? body.count }
}
