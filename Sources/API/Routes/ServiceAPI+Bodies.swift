internal import Archives
internal import Files
internal import Formats
internal import HTTP
internal import Inference
internal import StrictJSON

extension ServiceAPI {
  static let json = "application/json"

  /// A body that is JSON, as large as JSON may be.
  var jsonUpload: UploadPolicy {
    UploadPolicy(
      byteLimit: limits.requestPartBytes, rawTypes: [Self.json],
      rawLimits: [Self.json: limits.requestPartBytes])
  }

  /// A result, with how long it took, or the problem that came up.
  func answer(
    _ request: Request, _ body: () async throws(Problem) -> Response
  ) async -> Response {
    let start = ContinuousClock.now
    do throws(Problem) {
      var response = noticed(try await body())
      if response.headers["Server-Timing"] == nil {
        let total = request.receiveDuration + (ContinuousClock.now - start)
        response.headers.set("Server-Timing", "total;dur=\(total.milliseconds)")
      }
      return response
    } catch {
      return error.response(to: request.head)
    }
  }

  /// The same with what every answer says, for answers whose body has no place for it, too.
  func noticed(_ response: Response) -> Response {
    guard case .ready(let model) = service.modelState else { return response }
    var response = response
    response.headers.set("Brgsa-Notice", Self.headerText(model.notice))
    return response
  }

  /// A text as the value of a header: visible ASCII, with anything else replaced.
  private static func headerText(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.map { (" "..."~").contains($0) ? $0 : "?" }))
  }

  /// A result that needs what is kept.
  func answerFromArchive(
    _ request: Request, _ body: (Archive) async throws(Problem) -> Response
  ) async -> Response {
    await answer(request) { () async throws(Problem) in try await body(requireArchive()) }
  }

  /// What is kept, or why there is nothing.
  func requireArchive() throws(Problem) -> Archive {
    try Problem.from { () throws(InferenceError) in try service.requireArchive() }
  }

  /// Whether the body is JSON, by its declared type.
  static func isJSON(_ head: RequestHead) -> Bool {
    let type = head.headers["Content-Type"]?.lowercased() ?? ""
    return type.prefix { $0 != ";" && $0 != " " } == json
  }

  /// The bytes of a JSON body, with the digest that its header promises, if it does.
  ///
  /// - Throws: ``Problem``.
  func json(of request: Request) throws(Problem) -> [UInt8] {
    guard case .file(let file) = request.body else { throw Problem(HTTPError.emptyBody) }
    try Self.requireDigest(request, of: file)
    return try Self.bytes(of: file)
  }

  /// The file of an upload, and its form part `request` if there is one.
  static func parts(
    of request: Request
  ) throws(Problem) -> (file: UploadedFile, json: [UInt8]?) {
    switch request.body {
    case .file(let file): return (file, nil)
    case .form(let files, let fields):
      guard let file = files["volume"] ?? files["dicom"] else {
        throw Problem(HTTPError.missingField(name: "volume"))
      }
      return (file, fields["request"])
    case .none: throw Problem(HTTPError.emptyBody)
    }
  }

  /// Compares a raw body with its `Content-Digest`.
  ///
  /// - Source: RFC 9530; digests by other algorithms than sha-256 are ignored, as section 2 allows.
  static func requireDigest(_ request: Request, of file: UploadedFile) throws(Problem) {
    guard case .file = request.body, let header = request.head.headers["Content-Digest"] else {
      return
    }
    let wanted = "sha-256=:\(Base64.text(file.sha256)):"
    let digests = header.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
    for digest in digests where digest.lowercased().hasPrefix("sha-256=") {
      guard digest.utf8.dropFirst(8).elementsEqual(wanted.utf8.dropFirst(8)) else {
        throw Problem(
          .digestMismatch, "The digest of the received body is not the one in Content-Digest.")
      }
    }
  }

  /// An upload that is small enough for memory, as the route's policy made sure.
  static func bytes(of upload: UploadedFile) throws(Problem) -> [UInt8] {
    try bytes(of: upload, in: 0..<upload.byteCount)
  }

  /// A part of an upload that is small enough for memory.
  static func bytes(of upload: UploadedFile, in range: Range<Int>) throws(Problem) -> [UInt8] {
    let region = FileRegion(
      descriptor: upload.file.fileDescriptor, byteCount: range.count, offset: range.lowerBound)
    guard let bytes = try? region.bytes() else { throw Problem(HTTPError.internalFailure) }
    return bytes
  }
}

/// Base64 with padding, as RFC 4648 has it.
enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(0) { $0 << 8 | Int($1) }
      bits <<= 8 * (3 - group.count)
      for place in 0..<4 {
        let digit = digits[bits >> (18 - 6 * place) & 63]
        output.append(place <= group.count ? digit : UInt8(ascii: "="))
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
