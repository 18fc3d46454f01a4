internal import Files
internal import Formats
internal import HTTP
internal import StrictJSON

extension ServiceAPI {
  static let json = "application/json"

  /// The upload policy for a JSON body.
  var jsonUpload: UploadPolicy {
    UploadPolicy(
      byteLimit: limits.requestPartBytes, rawTypes: [Self.json],
      rawLimits: [Self.json: limits.requestPartBytes])
  }

  /// Returns true if the request declares a JSON body.
  static func isJSON(_ head: RequestHead) -> Bool {
    let type = head.headers["Content-Type"]?.lowercased() ?? ""
    return type.prefix { $0 != ";" && $0 != " " } == json
  }

  /// Returns the bytes of a JSON body. If the request has a `Content-Digest`, checks them against it.
  ///
  /// - Throws: ``Problem`` or `HTTPError`.
  func json(of request: Request) throws -> [UInt8] {
    guard case .file(let file) = request.body else { throw HTTPError.emptyBody }
    try Self.requireDigest(request, of: file)
    return try Self.bytes(of: file)
  }

  /// Returns the file of an upload and, if present, the form part `request`.
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

  /// Checks a body that is not a form against `Content-Digest`, if present.
  ///
  /// - Source: RFC 9530. Digests other than sha-256 are ignored, as section 2 allows.
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

  /// Reads a whole upload. The route's policy ensures that it fits into memory.
  static func bytes(of upload: UploadedFile) throws(HTTPError) -> [UInt8] {
    try bytes(of: upload, in: 0..<upload.byteCount)
  }

  /// Reads a range of an upload. The range must fit into memory.
  static func bytes(of upload: UploadedFile, in range: Range<Int>) throws(HTTPError) -> [UInt8] {
    let region = FileRegion(
      descriptor: upload.file.fileDescriptor, byteCount: range.count, offset: range.lowerBound)
    guard let bytes = try? region.bytes() else { throw .internalFailure }
    return bytes
  }
}
