/// A decoded `name=value` pair of a query.
public struct QueryItem: Sendable, Equatable {
  /// The decoded name.
  public let name: String
  /// The decoded value; empty if the pair has no `=`.
  public let value: String

  /// Makes an item.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// The path and query of a request. Ambiguous request targets are refused.
struct RequestTarget: Sendable, Equatable {
  /// The decoded path.
  let path: String
  /// The decoded path segments; empty for `/`.
  let segments: [String]
  /// The decoded query fields, in their original order.
  let query: [QueryItem]

  /// Maximum number of query fields. Real requests need fewer, and each field uses memory.
  static let queryItemLimit = 1024

  /// Parses a request target in origin form or absolute form. For the host of a target in absolute form, see
  /// ``authority(of:)``.
  ///
  /// - Throws: ``HTTPError/badURI`` for a target that two programs could read differently. Such targets contain
  ///   control bytes (including NUL), malformed percent escapes, invalid UTF-8, backslashes or a fragment. A path
  ///   must also not contain empty segments, dot segments or encoded slashes.
  init(_ uri: [UInt8]) throws(HTTPError) {
    let forbidden: Set<UInt8> = [ASCII.space, UInt8(ascii: "\\"), UInt8(ascii: "#")]
    guard !uri.contains(where: { ASCII.isControl($0) || forbidden.contains($0) }) else {
      throw .badURI
    }
    let uri = Self.originForm(of: uri)
    let mark = uri.firstIndex(of: UInt8(ascii: "?"))
    segments = try Self.segments(of: uri[..<(mark ?? uri.endIndex)])
    path = "/" + segments.joined(separator: "/")
    query =
      try mark.map { position throws(HTTPError) in
        try Self.items(of: uri[(position + 1)...])
      } ?? []
  }

  /// The authority of a target in absolute form (`http://host:port/path`); nil for other targets.
  static func authority(of uri: [UInt8]) -> ArraySlice<UInt8>? {
    for scheme in ["http://", "https://"] {
      let length = scheme.utf8.count
      guard ASCII.equalIgnoringCase(uri.prefix(length), scheme.utf8) else { continue }
      return uri.dropFirst(length).prefix { !"/?".utf8.contains($0) }
    }
    return nil
  }

  /// The target without its scheme and authority. A missing path becomes `/`.
  static func originForm(of uri: [UInt8]) -> ArraySlice<UInt8> {
    guard let authority = authority(of: uri) else { return uri[...] }
    let rest = uri[authority.endIndex...]
    return rest.first == UInt8(ascii: "/") ? rest : ([UInt8(ascii: "/")] + rest)[...]
  }

  private static func segments(of path: ArraySlice<UInt8>) throws(HTTPError) -> [String] {
    let slash = UInt8(ascii: "/")
    guard path.first == slash else { throw .badURI }
    let parts = path.dropFirst().split(separator: slash, omittingEmptySubsequences: false)
    if parts.count == 1, parts[0].isEmpty { return [] }
    var segments: [String] = []
    for (position, part) in parts.enumerated() {
      let bytes = try decoded(part, plusIsSpace: false)
      let isTrailing = position == parts.count - 1
      guard
        isTrailing || !bytes.isEmpty,
        bytes != Array(".".utf8), bytes != Array("..".utf8),
        !bytes.contains(where: { $0 == slash || $0 == UInt8(ascii: "\\") || ASCII.isControl($0) })
      else { throw .badURI }
      segments.append(try text(bytes))
    }
    return segments
  }

  private static func items(of query: ArraySlice<UInt8>) throws(HTTPError) -> [QueryItem] {
    let pairs = query.split(separator: UInt8(ascii: "&"))
    guard pairs.count <= queryItemLimit else { throw .badURI }
    var items: [QueryItem] = []
    for pair in pairs {
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      let name = try decoded(pair[..<equals], plusIsSpace: true)
      let value = try decoded(pair[equals...].dropFirst(), plusIsSpace: true)
      items.append(QueryItem(name: try text(name), value: try text(value)))
    }
    return items
  }

  /// Decodes percent escapes. Refuses NUL, because C code would end the text there.
  private static func decoded(
    _ bytes: ArraySlice<UInt8>, plusIsSpace: Bool
  ) throws(HTTPError) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var rest = bytes
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard
          let high = rest.popFirst().flatMap(ASCII.hexadecimalValue),
          let low = rest.popFirst().flatMap(ASCII.hexadecimalValue),
          high << 4 | low != 0
        else { throw .badURI }
        result.append(high << 4 | low)
      } else {
        result.append(plusIsSpace && byte == UInt8(ascii: "+") ? ASCII.space : byte)
      }
    }
    return result
  }

  private static func text(_ bytes: [UInt8]) throws(HTTPError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .badURI }
    return text
  }
}
