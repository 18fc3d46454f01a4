internal import CheckedNumbers

/// The head of a request before any check.
struct RawHead: Sendable {
  struct Field: Sendable, Equatable {
    let name: [UInt8]
    let value: [UInt8]

    init(_ name: some Sequence<UInt8>, _ value: some Sequence<UInt8>) {
      self.name = Array(name)
      self.value = Array(value)
    }
  }

  let method: String
  /// The request target, still encoded.
  let uri: [UInt8]
  /// False for HTTP/1.0, which has no chunked bodies and does not require `Host`.
  let isVersion11: Bool
  /// All fields, duplicates included.
  let fields: [Field]
  /// True if the client is on this machine.
  let isLocal: Bool
  /// True if the client is a trusted reverse proxy.
  var comesFromProxy = false

  func values(_ name: String) -> [[UInt8]] {
    fields.filter { ASCII.equalIgnoringCase($0.name, name.utf8) }.map(\.value)
  }
}

/// How a request marks the end of its body.
enum Framing: Sendable, Equatable {
  case none
  case length(Int)
  case chunked

  /// Determines how the request marks the end of its body.
  ///
  /// Every ambiguous request is refused. If a request states several lengths, libmicrohttpd uses the first one. If it
  /// is also chunked, libmicrohttpd ignores the lengths. A proxy in front of the service could decide differently.
  ///
  /// - Throws: ``HTTPError/ambiguousFraming``, ``HTTPError/transferCodingUnsupported``, or
  ///   ``HTTPError/bodyTooLarge(limit:actual:)`` for a length that exceeds `Int.max`.
  init(_ head: RawHead) throws(HTTPError) {
    let codings = head.values("Transfer-Encoding")
    let lengths = head.values("Content-Length")
    guard codings.count + lengths.count <= 1 else { throw .ambiguousFraming }
    if let coding = codings.first {
      guard ASCII.equalIgnoringCase(coding, "chunked".utf8) else {
        throw .transferCodingUnsupported
      }
      guard head.isVersion11 else { throw .ambiguousFraming }
      self = .chunked
    } else if let length = lengths.first {
      guard !length.isEmpty, length.allSatisfy(ASCII.isDigit) else { throw .ambiguousFraming }
      guard let count = Int(digits: String(decoding: length, as: UTF8.self), in: 0...(.max)) else {
        throw .bodyTooLarge(limit: Int.max, actual: nil)
      }
      self = count == 0 ? .none : .length(count)
    } else {
      self = .none
    }
  }
}
