/// Why a request was refused before, or instead of, its route's handler.
///
/// The cases never contain bytes of the request. The API writes the messages.
public enum HTTPError: Error, Sendable, Equatable {
  /// What is wrong with a malformed request.
  public enum MalformedRequest: String, Sendable, CaseIterable {
    /// A header name is not a token, for example because a space precedes the colon.
    case headerName
    /// A header value contains a control byte.
    case headerValue
    /// HTTP/1.1 without `Host`, more than one `Host`, or a malformed `Host`.
    case host
    /// A header that may occur only once occurs several times.
    case repeatedHeader
    /// The request has a body, but the route accepts none.
    case unexpectedBody
  }

  /// The head of the request is malformed.
  case malformedRequest(MalformedRequest)
  /// The request target is not one unambiguous path with a query.
  case badURI
  /// The body's length is stated in more than one way.
  case ambiguousFraming
  /// `Transfer-Encoding` is something other than `chunked`.
  case transferCodingUnsupported
  /// `Content-Encoding` is something other than `identity`.
  case contentCodingUnsupported
  /// `Expect` is something other than `100-continue`.
  case expectationFailed
  /// The request target has more bytes than `limit`.
  case uriTooLong(limit: Int, actual: Int)
  /// The header fields have more bytes than `limit`, names and values together.
  case headerTooLarge(limit: Int, actual: Int)
  /// The body, or one form field, has more bytes than `limit`. `actual` is its declared length; nil
  /// if none was declared.
  case bodyTooLarge(limit: Int, actual: Int?)
  /// The form has more parts than `limit`.
  case tooManyParts(limit: Int)
  /// The body is not the `multipart/form-data` that its header announced.
  case multipartMalformed
  /// A form field occurs twice. `name` is the name that the route declares.
  case duplicateField(name: String)
  /// The form has a field that the route does not declare.
  case unknownField
  /// The form lacks a field. `name` is the name that the route declares.
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
  /// `Host` or `Origin` is not allowed, so a foreign page in the user's browser may have sent the request.
  case originForbidden
  /// The route requires a key, and the request has no valid one.
  case missingCredentials
  /// The client's key or address does not have this scope.
  case insufficientScope(Scope)
  /// Requests with unknown keys are too frequent. The value is the number of seconds until the next key is checked.
  case tooManyFailures(retryAfter: Int)
  /// More connections are open than `limit`.
  case tooManyConnections(limit: Int)
  /// The server is about to stop.
  case draining
  /// Bodies of other requests use all the memory for bodies.
  case memoryPressure
  /// The unread response bytes of other clients have reached `limit`.
  case responsesUnread(limit: Int)
  /// The spool's file system is full, or uploads in progress use all the space for uploads.
  case storageFull
  /// A fault of this program.
  case internalFailure
}

extension HTTPError {
  /// The methods for the response's `Allow` header, or nil.
  var allowedMethods: [HTTPMethod]? {
    if case .methodNotAllowed(let methods) = self { return methods }
    if case .methodUnknown(let methods) = self { return methods }
    return nil
  }
}
