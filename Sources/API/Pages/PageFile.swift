internal import Formats
internal import HTTP
internal import Hashing

/// A file that the pages load: a module, a stylesheet, NiiVue or a sample volume.
///
/// Its address contains a digest of its content, so browsers may store it for ever.
struct PageFile: Sendable {
  /// The folder and the name, such as `app/main.js`.
  let path: String
  /// A digest of the content: 16 hexadecimal digits.
  let version: String
  /// The address below `/page/`.
  var address: String { "\(version)/\(path)" }
  private let plain: [UInt8]?
  private let gzipped: [UInt8]?

  /// The bytes without compression.
  var content: [UInt8] { plain ?? gzipped.map(Gzip.inflated) ?? [] }

  /// Makes a file. A text is compressed now; a sample volume is compressed already.
  init(path: String, version: String, plain: [UInt8]) {
    self.path = path
    self.version = version
    self.plain = plain
    gzipped = path.hasSuffix(".gz") ? nil : Gzip.compressed(plain)
  }

  /// Makes a file from gzipped bytes. It is inflated for clients that do not accept gzip.
  init(path: String, version: String, gzipped: [UInt8]) {
    self.path = path
    self.version = version
    plain = nil
    self.gzipped = gzipped
  }

  /// Returns the first 16 hexadecimal digits of the SHA-256 of contents and their lengths.
  static func version(of contents: [[UInt8]]) -> String {
    var hash = SHA256()
    for content in contents {
      hash.update(data: "\(content.count):".utf8)
      hash.update(data: content)
    }
    return String(hexadecimal(hash.finalize()).prefix(16))
  }

  /// Makes the response to a request for this file: compressed if the client accepts gzip, and 304 if the client has
  /// the file.
  func response(to head: RequestHead) -> Response {
    let isCompressed = gzipped != nil && Self.acceptsGzip(head.headers)
    let tag = "\"\(version)\(isCompressed ? "-gzip" : "")\""
    var headers: Headers = [
      "Content-Type": contentType, "ETag": tag,
      "Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding",
    ]
    if Self.names(head.headers.values("If-None-Match")).contains(where: { $0 == tag || $0 == "*" })
    {
      return Response(status: 304, headers: headers)
    }
    guard isCompressed, let gzipped else {
      return Response(status: 200, headers: headers, body: content)
    }
    headers.set("Content-Encoding", "gzip")
    return Response(status: 200, headers: headers, body: gzipped)
  }

  private var contentType: String {
    if path.hasSuffix(".js") { return "text/javascript; charset=utf-8" }
    return path.hasSuffix(".css") ? "text/css; charset=utf-8" : "application/gzip"
  }

  /// Whether `Accept-Encoding` names gzip, or everything, with a weight above 0.
  private static func acceptsGzip(_ headers: Headers) -> Bool {
    let weights = names(headers.values("Accept-Encoding")).map { coding in
      let parts = coding.lowercased().split(separator: ";").map { trimmed($0) }
      let isRefused = parts.dropFirst().contains { part in
        part.hasPrefix("q=") && part.dropFirst(2).allSatisfy { $0 == "0" || $0 == "." }
      }
      return (name: parts.first ?? "", isAccepted: !isRefused)
    }
    let named = weights.first { $0.name == "gzip" || $0.name == "x-gzip" }
    return (named ?? weights.first { $0.name == "*" })?.isAccepted ?? false
  }

  /// The elements of a list header.
  static func names(_ values: [String]) -> [String] {
    values.flatMap { $0.split(separator: ",").map { trimmed($0) } }
  }

  private static func trimmed(_ text: Substring) -> String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    let start = text.drop(while: isSpace)
    return String(start.reversed().drop(while: isSpace).reversed())
  }
}
