internal import HTTP
internal import StrictJSON

extension Problem {
  /// A refusal of the HTTP layer in words.
  init(_ error: HTTPError) {
    switch error {
    case .malformedRequest(let fault):
      self.init(.malformedRequest, "The request's head is malformed: \(Self.words(for: fault)).")
    case .badURI:
      self.init(.badURI, "The request target is not an unambiguous UTF-8 path and query.")
    case .ambiguousFraming:
      self.init(.ambiguousFraming, "The body's length is stated in more than one way.")
    case .transferCodingUnsupported:
      self.init(.transferCodingUnsupported, "Transfer-Encoding is not chunked.")
    case .contentCodingUnsupported:
      self.init(
        .contentCodingUnsupported, "The body has a Content-Encoding.",
        hint: "Send the .nii.gz file unchanged and without Content-Encoding.")
    case .expectationFailed:
      self.init(.expectationFailed, "Expect is not 100-continue.")
    case .uriTooLong(let limit, let actual):
      self.init(
        .uriTooLong, "The request target has \(actual) bytes; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual))
    case .headerTooLarge(let limit, let actual):
      self.init(
        .headerTooLarge, "The header fields have \(actual) bytes; the limit is \(limit).",
        limit: .integer(limit), actual: .integer(actual))
    case .bodyTooLarge(let limit, let actual):
      self.init(
        .bodyTooLarge, "The body, or a form field, is larger than \(limit) bytes.",
        limit: .integer(limit), actual: actual.map(JSON.integer))
    case .tooManyParts(let limit):
      self.init(
        .tooManyParts, "The form has more than \(limit) parts.", limit: .integer(limit))
    case .multipartMalformed:
      self.init(
        .multipartMalformed, "The body is not valid multipart/form-data.")
    case .duplicateField(let name):
      self.init(
        .duplicateField, "The form field \(name) came more than once.",
        hint: name == "volume" ? Self.seriesHint : nil)
      self = at("/\(name)")
    case .unknownField:
      self.init(
        .unknownField, "The form has a field other than volume, dicom and request.",
        hint: Self.seriesHint)
    case .missingField(let name):
      self.init(.missingField, "The form lacks the field \(name).")
      self = at("/\(name)")
    case .emptyBody:
      self.init(
        .emptyBody, "The request has no body.", hint: "With curl: --data-binary @FILE")
    case .unsupportedMediaType(let allowed):
      self.init(
        .unsupportedMediaType,
        "Content-Type must be one of: \(allowed.joined(separator: ", ")); a charset must be UTF-8.",
        hint: allowed.first.map { "With curl: -H 'Content-Type: \($0)'" })
    case .notFound: self.init(.notFound, "No operation has this path.")
    case .methodNotAllowed(let allowed):
      self.init(.methodNotAllowed, "This path supports \(Self.list(allowed)).")
    case .methodUnknown(let supported):
      self.init(.methodUnknown, "This service supports \(Self.list(supported)).")
    case .originForbidden:
      self.init(
        .originForbidden, "The name in Host, or the page in Origin, is not allowed.",
        hint: """
          The operator allows a host with --allowed-hosts ct.example.org, or --allowed-hosts '*.example.org' \
          for all names below it.
          """)
    case .missingCredentials:
      self.init(
        .missingCredentials, "A valid API key is required.",
        hint: "With curl: -H \"Authorization: Bearer $KEY\"")
    case .insufficientScope(.metrics):
      self.init(
        .insufficientScope,
        "Metrics are only for clients on the service's own machine, or with the scope metrics.")
    case .insufficientScope(let scope):
      self.init(.insufficientScope, "The key does not have the scope \(scope.rawValue).")
    case .tooManyFailures(let seconds):
      self.init(.rateLimited, "Too many requests with an unknown key came.")
      retryAfter = seconds
    case .tooManyConnections(let limit):
      self.init(
        .tooManyConnections, "The limit of \(limit) open connections is reached.",
        limit: .integer(limit))
      retryAfter = 1
    case .memoryPressure:
      self.init(
        .memoryPressure, "Other requests use all the memory for bodies.",
        limit: .integer(ServerConfiguration.heldByteLimit))
      retryAfter = 1
    case .responsesUnread(let limit):
      self.init(
        .memoryPressure,
        "Unread responses to other clients use all the memory for large responses.",
        limit: .integer(limit))
      retryAfter = 1
    case .draining:
      self.init(.draining, "The service is shutting down.")
      retryAfter = 5
      retryAfter = 5
    case .storageFull:
      self.init(.storageFull, "The spool has no space for this upload.")
      retryAfter = 10
    case .internalFailure: self.init(.internalError, "The request could not be served.")
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
    case .repeatedHeader: "a header that may come once came several times"
    case .unexpectedBody: "this operation accepts no body"
    }
  }
}
