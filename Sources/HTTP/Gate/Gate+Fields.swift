extension Gate {
  /// Maximum size in bytes of all header names and values together.
  private static let headerByteLimit = ServerConfiguration.headerByteLimit

  /// Headers that may occur only once, because programs disagree about which occurrence is valid.
  private static let singleFields = [
    "Authorization", "Content-Encoding", "Content-Type", "Expect", "Host", "Origin",
  ]

  /// Refuses header names that are not tokens, header values that contain control bytes, and repeated headers.
  ///
  /// For `Content-Length : 5`, libmicrohttpd makes the space part of the name and then expects no body. It would
  /// parse the bytes of the body as the next request.
  static func checkFields(_ head: RawHead) throws(HTTPError) {
    let byteCount = head.fields.reduce(0) { $0 + $1.name.count + $1.value.count }
    guard byteCount <= headerByteLimit else {
      throw .headerTooLarge(limit: headerByteLimit, actual: byteCount)
    }
    for field in head.fields {
      guard ASCII.isToken(field.name) else { throw .malformedRequest(.headerName) }
      let isPlain = field.value.allSatisfy { !ASCII.isControl($0) || $0 == ASCII.horizontalTab }
      guard isPlain else { throw .malformedRequest(.headerValue) }
    }
    let hosts = head.values("Host")
    guard hosts.count <= 1, !(head.isVersion11 && hosts.isEmpty) else {
      throw .malformedRequest(.host)
    }
    for name in singleFields where head.values(name).count > 1 {
      throw .malformedRequest(.repeatedHeader)
    }
  }

  /// Refuses every `Expect` header except `100-continue`.
  static func checkExpectation(_ head: RawHead) throws(HTTPError) {
    for value in head.values("Expect") {
      guard ASCII.equalIgnoringCase(value, "100-continue".utf8) else { throw .expectationFailed }
    }
  }

  /// Refuses a malformed `Host` or target authority.
  func checkHosts(_ head: RawHead) throws(HTTPError) {
    for host in Self.authorities(head) {
      guard hosts.isWellFormed(authority: host) else { throw .malformedRequest(.host) }
    }
  }

  /// Refuses a request that a browser sent on behalf of a foreign page.
  ///
  /// - Parameter fromAnyHost: True to check only the page's origin and not the requested host.
  func checkOrigin(_ head: RawHead, fromAnyHost: Bool = false) throws(HTTPError) {
    let authorities = Self.authorities(head)
    guard fromAnyHost || authorities.allSatisfy(hosts.allows(authority:)) else {
      throw .originForbidden
    }
    for origin in head.values("Origin") {
      guard hosts.allows(origin: origin, at: authorities.first) else { throw .originForbidden }
    }
  }

  /// All hosts that the head names. The first one is the requested host: the authority of a target in absolute form,
  /// or otherwise the value of `Host`.
  ///
  /// Source: RFC 9112, section 3.2.2.
  private static func authorities(_ head: RawHead) -> [[UInt8]] {
    (RequestTarget.authority(of: head.uri).map { [Array($0)] } ?? []) + head.values("Host")
  }

  /// Decides how the body is received.
  func bodyPlan(
    for route: Route, _ framing: Framing, _ head: RawHead
  ) throws(HTTPError) -> BodyPlan {
    for coding in head.values("Content-Encoding") {
      guard ASCII.equalIgnoringCase(coding, "identity".utf8) else {
        throw .contentCodingUnsupported
      }
    }
    guard case .upload(let policy) = route.body else {
      guard framing == .none else { throw .malformedRequest(.unexpectedBody) }
      return .none
    }
    let declaredByteCount: Int?
    switch framing {
    case .none: throw .emptyBody
    case .length(let count):
      guard count <= policy.byteLimit else {
        throw .bodyTooLarge(limit: policy.byteLimit, actual: count)
      }
      declaredByteCount = count
    case .chunked: declaredByteCount = nil
    }
    return try Self.plan(policy, declaredByteCount, contentType: head.values("Content-Type").first)
  }

  private static func plan(
    _ policy: UploadPolicy, _ declaredByteCount: Int?, contentType: [UInt8]?
  ) throws(HTTPError) -> BodyPlan {
    let type = contentType ?? policy.untypedAs.map { Array($0.utf8) } ?? []
    let parsed = ParameterizedValue(type)
    let isForm = ASCII.equalIgnoringCase(essence(of: type), FormPolicy.mediaType.utf8)
    if isForm, policy.form != nil {
      let boundaries = parsed?.values("boundary") ?? []
      guard boundaries.count == 1, let boundary = MultipartBoundary(boundaries[0]) else {
        throw .multipartMalformed
      }
      return .form(
        boundary: boundary, byteLimit: policy.byteLimit, declaredByteCount: declaredByteCount)
    }
    guard let parsed, policy.rawTypes.contains(parsed.essence), isUTF8(parsed) else {
      throw .unsupportedMediaType(allowed: policy.allowedTypes)
    }
    let limit = min(policy.rawLimits[parsed.essence] ?? policy.byteLimit, policy.byteLimit)
    if let count = declaredByteCount, count > limit {
      throw .bodyTooLarge(limit: limit, actual: count)
    }
    return .raw(
      contentType: parsed.essence, byteLimit: limit, declaredByteCount: declaredByteCount)
  }

  /// True if the type has no charset or the charset UTF-8.
  private static func isUTF8(_ type: ParameterizedValue) -> Bool {
    type.values("charset").allSatisfy { ASCII.equalIgnoringCase($0, "utf-8".utf8) }
  }

  /// The media type without its parameters. It also identifies a form with malformed parameters, so that the error
  /// can name the boundary.
  private static func essence(of type: [UInt8]) -> ArraySlice<UInt8> {
    ASCII.trimmed(type.prefix { $0 != UInt8(ascii: ";") })
  }
}
