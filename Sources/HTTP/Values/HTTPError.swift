/// Why a request was refused before, or instead of, its route's handler.
///
/// The cases carry facts and never a byte of the request; sentences are written by whoever renders
/// them.
public enum HTTPError: Error, Sendable, Equatable {
  /// What is wrong with the request's form.
  public enum MalformedRequest: String, Sendable, CaseIterable {
    /// A header name is not a token, for example because a space stands before the colon.
    case headerName
    /// A header value holds a control byte.
    case headerValue
    /// HTTP/1.1 without `Host`, more than one `Host`, or a malformed `Host`.
    case host
    /// A header that may come once came several times.
    case repeatedHeader
    /// A body was sent to a route that takes none.
    case unexpectedBody
  }

  /// The head of the request cannot be relied on.
  case malformedRequest(MalformedRequest)
  /// The request target is not one unambiguous path with a query.
  case badURI
  /// The body's length was given in more than one way.
  case ambiguousFraming
  /// `Transfer-Encoding` is something else than `chunked`.
  case transferCodingUnsupported
  /// `Content-Encoding` is something else than `identity`.
  case contentCodingUnsupported
  /// `Expect` is something else than `100-continue`.
  case expectationFailed
  /// The request target has more bytes than `limit`.
  case uriTooLong(limit: Int, actual: Int)
  /// The header fields have more bytes than `limit`, names and values together.
  case headerTooLarge(limit: Int, actual: Int)
  /// The body, or one form field, has more bytes than `limit`; `actual` is known if it was
  /// declared.
  case bodyTooLarge(limit: Int, actual: Int?)
  /// The form has more parts than `limit`.
  case tooManyParts(limit: Int)
  /// The body is not the `multipart/form-data` that its header announced.
  case multipartMalformed
  /// A form field, named as the route declares it, came twice.
  case duplicateField(name: String)
  /// The form has a field that the route does not declare.
  case unknownField
  /// The form lacks a field, named as the route declares it.
  case missingField(name: String)
  /// The route needs a body and none came.
  case emptyBody
  /// The body's type is missing or not one of `allowed`.
  case unsupportedMediaType(allowed: [String])
  /// No route has this path.
  case notFound
  /// The path has routes, but none for this method.
  case methodNotAllowed(allowed: [HTTPMethod])
  /// The method is unknown; `supported` are those of all routes.
  case methodUnknown(supported: [HTTPMethod])
  /// `Host` or `Origin` is neither loopback nor configured: a foreign page in the user's browser.
  case originForbidden
  /// The route needs a key, and none came that is known.
  case missingCredentials
  /// The client's key, or its address, does not give it this scope.
  case insufficientScope(Scope)
  /// Too many unknown keys came; the seconds after which another one is looked at.
  case tooManyFailures(retryAfter: Int)
  /// More connections are open than `limit`.
  case tooManyConnections(limit: Int)
  /// The server is about to stop.
  case draining
  /// The bodies that others sent take all the memory there is for them.
  case memoryPressure
  /// Other clients have not taken their answers, which have `limit` bytes already.
  case responsesUnread(limit: Int)
  /// The spool's file system is full, or uploads in progress have all the space that there is for them.
  case storageFull
  /// Our own fault.
  case internalFailure
}

extension HTTPError {
  /// The methods for the answer's `Allow` header, or nil.
  var allowedMethods: [HTTPMethod]? {
    if case .methodNotAllowed(let methods) = self { return methods }
    if case .methodUnknown(let methods) = self { return methods }
    return nil
  }
}
