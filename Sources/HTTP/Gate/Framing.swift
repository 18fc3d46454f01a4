internal import CheckedNumbers

/// The unchecked head of a request.
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
  /// The request target, before any decoding.
  let uri: [UInt8]
  /// False for HTTP/1.0, which has no chunked bodies and needs no `Host`.
  let isVersion11: Bool
  /// All fields, duplicates included.
  let fields: [Field]
  /// Whether the client is on this machine.
  let isLocal: Bool

  func values(_ name: String) -> [[UInt8]] {
    fields.filter { ASCII.equalIgnoringCase($0.name, name.utf8) }.map(\.value)
  }
}

/// The length of a body, as its request states it.
enum Framing: Sendable, Equatable {
  case none
  case length(Int)
  case chunked

  /// Determines where the request's body ends.
  ///
  /// If a request states several lengths, libmicrohttpd uses the first one, and it prefers chunks to a length. A proxy
  /// in front of the service may choose differently, so every ambiguous request is refused.
  ///
  /// - Throws: ``HTTPError/ambiguousFraming``, ``HTTPError/transferCodingUnsupported``, and
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
