/// Why a request was refused without running the handler of its route.
///
/// The cases never contain bytes of the request. The API target writes the messages.
public enum HTTPError: Error, Sendable, Equatable {
  /// What is wrong with a malformed request.
  public enum MalformedRequest: String, Sendable, CaseIterable {
    /// A header name is not a token, for example because a space comes before the colon.
    case headerName
    /// A header value contains a control byte.
    case headerValue
    /// A request with HTTP/1.1 has no `Host`, or a request has several or a malformed one.
    case host
    /// A header that may occur only once occurs several times.
    case repeatedHeader
    /// A trusted proxy sent an `X-Forwarded-Prefix` that is not a plain path.
    case forwardedPrefix
    /// The request has a body, but the route accepts none.
    case unexpectedBody
  }

  /// The head of the request is malformed.
  case malformedRequest(MalformedRequest)
  /// The request target is not an unambiguous path with an optional query.
  case badURI
  /// The request states the end of its body in more than one way.
  case ambiguousFraming
  /// The value of `Transfer-Encoding` is not `chunked`.
  case transferCodingUnsupported
  /// The value of `Content-Encoding` is not `identity`.
  case contentCodingUnsupported
  /// The value of `Expect` is not `100-continue`.
  case expectationFailed
  /// The request target has more bytes than `limit`.
  case uriTooLong(limit: Int, actual: Int)
  /// All header names and values together have more bytes than `limit`.
  case headerTooLarge(limit: Int, actual: Int)
  /// The body or one of its form fields has more bytes than `limit`. `actual` is the declared length; nil if none was
  /// declared.
  case bodyTooLarge(limit: Int, actual: Int?)
  /// The form has more parts than `limit`.
  case tooManyParts(limit: Int)
  /// The body is not valid `multipart/form-data`.
  case multipartMalformed
  /// A form field occurs twice. `name` is the field's name in the route's declaration.
  case duplicateField(name: String)
  /// The form has a field that the route does not declare.
  case unknownField
  /// A form field is missing. `name` is the field's name in the route's declaration.
  case missingField(name: String)
  /// The route requires a body.
  case emptyBody
  /// The body's type is missing or not one of `allowed`.
  case unsupportedMediaType(allowed: [String])
  /// No route has this path.
  case notFound
  /// The path has routes, but none for this method.
  case methodNotAllowed(allowed: [HTTPMethod])
  /// The method is unknown. `supported` contains the methods of all routes.
  case methodUnknown(supported: [HTTPMethod])
  /// `Host` or `Origin` is not allowed. A foreign page in the user's browser may have sent the request.
  case originForbidden
  /// The route requires a key, but the request has no valid key.
  case missingCredentials
  /// The client's key, or its address, does not have the scope.
  case insufficientScope(Scope)
  /// Too many requests with unknown keys have arrived. Clients may retry after `retryAfter` seconds.
  case tooManyFailures(retryAfter: Int)
  /// More connections are open than `limit`.
  case tooManyConnections(limit: Int)
  /// The server is about to stop.
  case draining
  /// The bodies of other requests use all of the memory for bodies.
  case memoryPressure
  /// The bodies of unread responses have reached `limit` bytes.
  case responsesUnread(limit: Int)
  /// The file system of the spool is full, or current uploads use all of the space for uploads.
  case storageFull
  /// The service failed because of an internal error.
  case internalFailure
}

extension HTTPError {
  /// The methods for the response's `Allow` header; nil if the response has none.
  var allowedMethods: [HTTPMethod]? {
    if case .methodNotAllowed(let methods) = self { return methods }
    if case .methodUnknown(let methods) = self { return methods }
    return nil
  }
}
