import HTTP

/// Short answers for the tests; the service's own table is the API's.
extension HTTPError {
  /// The status code of the answer.
  var status: Int {
    switch self {
    case .malformedRequest, .badURI, .ambiguousFraming, .multipartMalformed, .duplicateField,
      .missingField, .emptyBody:
      400
    case .missingCredentials: 401
    case .originForbidden, .insufficientScope: 403
    case .notFound: 404
    case .methodNotAllowed: 405
    case .bodyTooLarge, .tooManyParts: 413
    case .uriTooLong: 414
    case .headerTooLarge: 431
    case .contentCodingUnsupported, .unsupportedMediaType: 415
    case .expectationFailed: 417
    case .unknownField: 422
    case .tooManyFailures: 429
    case .internalFailure: 500
    case .transferCodingUnsupported, .methodUnknown: 501
    case .draining, .memoryPressure, .responsesUnread, .tooManyConnections: 503
    case .storageFull: 507
    }
  }

  /// The stable code of the case, which is also the last part of its problem type.
  var code: String {
    switch self {
    case .malformedRequest: "malformed-request"
    case .badURI: "bad-uri"
    case .ambiguousFraming: "ambiguous-framing"
    case .transferCodingUnsupported: "transfer-coding-unsupported"
    case .contentCodingUnsupported: "content-coding-unsupported"
    case .expectationFailed: "expectation-failed"
    case .uriTooLong: "uri-too-long"
    case .headerTooLarge: "header-too-large"
    case .bodyTooLarge: "body-too-large"
    case .tooManyParts: "too-many-parts"
    case .multipartMalformed: "multipart-malformed"
    case .duplicateField: "duplicate-field"
    case .unknownField: "unknown-field"
    case .missingField: "missing-field"
    case .emptyBody: "empty-body"
    case .unsupportedMediaType: "unsupported-media-type"
    case .notFound: "not-found"
    case .methodNotAllowed: "method-not-allowed"
    case .methodUnknown: "method-unknown"
    case .originForbidden: "origin-forbidden"
    case .missingCredentials: "missing-credentials"
    case .insufficientScope: "insufficient-scope"
    case .tooManyFailures: "rate-limited"
    case .draining: "draining"
    case .memoryPressure, .responsesUnread: "memory-pressure"
    case .tooManyConnections: "too-many-connections"
    case .storageFull: "storage-full"
    case .internalFailure: "internal"
    }
  }
}
