internal import Files
internal import Formats
internal import HTTP
internal import StrictJSON

extension ServiceAPI {
  static let json = "application/json"

  /// The policy of a JSON body.
  var jsonUpload: UploadPolicy {
    UploadPolicy(
      byteLimit: limits.requestPartBytes, rawTypes: [Self.json],
      rawLimits: [Self.json: limits.requestPartBytes])
  }

  /// Whether the body is JSON, by its declared type.
  static func isJSON(_ head: RequestHead) -> Bool {
    let type = head.headers["Content-Type"]?.lowercased() ?? ""
    return type.prefix { $0 != ";" && $0 != " " } == json
  }

  /// The bytes of a JSON body. Checks the digest in its header, if any.
  ///
  /// - Throws: ``Problem`` and `HTTPError`.
  func json(of request: Request) throws -> [UInt8] {
    guard case .file(let file) = request.body else { throw HTTPError.emptyBody }
    try Self.requireDigest(request, of: file)
    return try Self.bytes(of: file)
  }

  /// The file of an upload, and its form part `request`, if any.
  static func parts(
    of request: Request
  ) throws(HTTPError) -> (file: UploadedFile, json: [UInt8]?) {
    switch request.body {
    case .file(let file): return (file, nil)
    case .form(let files, let fields):
      guard let file = files["volume"] ?? files["dicom"] else {
        throw .missingField(name: "volume")
      }
      return (file, fields["request"])
    case .none: throw .emptyBody
    }
  }

  /// Compares a raw body with its `Content-Digest`.
  ///
  /// - Source: RFC 9530; digests by other algorithms than sha-256 are ignored, as section 2 allows.
  static func requireDigest(_ request: Request, of file: UploadedFile) throws(Problem) {
    guard case .file = request.body, let header = request.head.headers["Content-Digest"] else {
      return
    }
    let wanted = "sha-256=:\(base64(file.sha256)):"
    let digests = header.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
    for digest in digests where digest.lowercased().hasPrefix("sha-256=") {
      guard digest.utf8.dropFirst(8).elementsEqual(wanted.utf8.dropFirst(8)) else {
        throw Problem(
          .digestMismatch, "The digest of the received body is not the one in Content-Digest.")
      }
    }
  }

  /// The bytes of an upload. The route's policy ensures that it fits into memory.
  static func bytes(of upload: UploadedFile) throws(HTTPError) -> [UInt8] {
    try bytes(of: upload, in: 0..<upload.byteCount)
  }

  /// A part of an upload that fits into memory.
  static func bytes(of upload: UploadedFile, in range: Range<Int>) throws(HTTPError) -> [UInt8] {
    let region = FileRegion(
      descriptor: upload.file.fileDescriptor, byteCount: range.count, offset: range.lowerBound)
    guard let bytes = try? region.bytes() else { throw .internalFailure }
    return bytes
  }
}
