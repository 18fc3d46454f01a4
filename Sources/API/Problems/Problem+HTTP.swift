public import HTTP
internal import StrictJSON

extension HTTPError: Refusal {
  /// The problem that describes this error of the HTTP layer.
  public var problem: Problem {
    switch self {
    case .malformedRequest(let fault):
      Problem(.malformedRequest, "The request's head is malformed: \(Self.words(for: fault)).")
    case .badURI:
      Problem(.badURI, "The request target is not an unambiguous UTF-8 path and query.")
    case .ambiguousFraming:
      Problem(.ambiguousFraming, "The body's length is stated in more than one way.")
    case .transferCodingUnsupported:
      Problem(.transferCodingUnsupported, "Transfer-Encoding is not chunked.")
    case .contentCodingUnsupported:
      Problem(
        .contentCodingUnsupported, "The body has a Content-Encoding.",
        hint: "Send the .nii.gz file unchanged and without Content-Encoding.")
    case .expectationFailed:
      Problem(.expectationFailed, "Expect is not 100-continue.")
    case .uriTooLong(let limit, let actual):
      Problem(
        .uriTooLong, "The request target has \(actual) bytes; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual))
    case .headerTooLarge(let limit, let actual):
      Problem(
        .headerTooLarge, "The header fields have \(actual) bytes; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual))
    case .bodyTooLarge(let limit, let actual):
      Problem(
        .bodyTooLarge, "The body, or a form field, is larger than \(limit) bytes.",
        limit: .integer(limit), actual: actual.map(JSON.integer))
    case .tooManyParts(let limit):
      Problem(
        .tooManyParts, "The form has more than \(limit) parts.", limit: .integer(limit))
    case .multipartMalformed:
      Problem(
        .multipartMalformed, "The body is not valid multipart/form-data.")
    case .duplicateField(let name):
      Problem(
        .duplicateField, "The form field \(name) occurs more than once.",
        hint: name == "volume" ? Self.seriesHint : nil
      ).at("/\(name)")
    case .unknownField:
      Problem(
        .unknownField, "The form has a field other than volume, dicom and request.",
        hint: Self.seriesHint)
    case .missingField(let name):
      Problem(.missingField, "The form lacks the field \(name).").at("/\(name)")
    case .emptyBody:
      Problem(
        .emptyBody, "The request has no body.", hint: "With curl: --data-binary @FILE")
    case .unsupportedMediaType(let allowed):
      Problem(
        .unsupportedMediaType,
        "Content-Type must be one of: \(allowed.joined(separator: ", ")); a charset must be UTF-8.",
        hint: allowed.first.map { "With curl: -H 'Content-Type: \($0)'" })
    case .notFound: Problem(.notFound, "No operation has this path.")
    case .methodNotAllowed(let allowed):
      Problem(.methodNotAllowed, "This path supports \(Self.list(allowed)).")
    case .methodUnknown(let supported):
      Problem(.methodUnknown, "This service supports \(Self.list(supported)).")
    case .originForbidden:
      Problem(
        .originForbidden, "The name in Host, or the page in Origin, is not allowed.",
        hint: """
          The operator allows a host with --allowed-hosts ct.example.org, or --allowed-hosts '*.example.org' \
          for all names below it.
          """)
    case .missingCredentials:
      Problem(
        .missingCredentials, "A valid API key is required.",
        hint: "With curl: -H \"Authorization: Bearer $KEY\"")
    case .insufficientScope(.metrics):
      Problem(
        .insufficientScope,
        "Metrics require a local client or a key with the scope metrics.")
    case .insufficientScope(let scope):
      Problem(.insufficientScope, "The key does not have the scope \(scope.rawValue).")
    case .tooManyFailures(let seconds):
      Problem(
        .rateLimited, "There were too many requests with an unknown key.", retryAfter: seconds)
    case .tooManyConnections(let limit):
      Problem(
        .tooManyConnections, "The limit of \(limit) open connections is reached.",
        limit: .integer(limit), retryAfter: 1)
    case .memoryPressure:
      Problem(
        .memoryPressure, "Other requests use all the memory for bodies.",
        limit: .integer(ServerConfiguration.heldByteLimit), retryAfter: 1)
    case .responsesUnread(let limit):
      Problem(
        .memoryPressure,
        "Unread responses to other clients use all the memory for large responses.",
        limit: .integer(limit), retryAfter: 1)
    case .draining:
      Problem(.draining, "The service is shutting down.", retryAfter: 5)
    case .storageFull:
      Problem(.storageFull, "The spool has no space for this upload.", retryAfter: 10)
    case .internalFailure: Problem(.internalError, "The request could not be served.")
    }
  }

  private static let seriesHint = """
    A NIfTI file or a ZIP is the part volume. Each DICOM file of a series is a part dicom: \
    curl -F dicom=@1.dcm -F dicom=@2.dcm …
    """

  private static func list(_ methods: [HTTPMethod]) -> String {
    methods.map(\.rawValue).joined(separator: ", ")
  }

  private static func words(for fault: HTTPError.MalformedRequest) -> String {
    switch fault {
    case .headerName: "a header name is not a token"
    case .headerValue: "a header value contains a control character"
    case .host: "there must be exactly one valid Host"
    case .repeatedHeader: "a header that may occur once occurs several times"
    case .forwardedPrefix:
      "the proxy's X-Forwarded-Prefix must be one path such as /brgsa, of letters, digits and -._~"
    case .unexpectedBody: "this operation accepts no body"
    }
  }
}
