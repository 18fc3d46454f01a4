internal import CheckedNumbers

/// The reverse proxies that may tell under which path prefix they publish the service.
struct TrustedProxies: Sendable {
  private let networks: [Network]

  private struct Network: Sendable {
    let bytes: [UInt8]
    /// The number of leading bits that an address must share, of 128.
    let bitCount: Int

    func contains(_ address: PeerAddress) -> Bool {
      let (whole, rest) = bitCount.quotientAndRemainder(dividingBy: 8)
      guard bytes.prefix(whole).elementsEqual(address.bytes.prefix(whole)) else { return false }
      return rest == 0 || (bytes[whole] ^ address.bytes[whole]) >> (8 - rest) == 0
    }
  }

  /// Trusts these addresses and networks, such as `10.0.0.7`, `10.0.0.0/8` and `fd00::/8`. Entries that
  /// ``isPattern(_:)`` refuses are ignored.
  init(_ patterns: some Sequence<String>) { networks = patterns.compactMap(Self.network) }

  /// True if `text` is a numeric address, or one with the number of its leading bits after a slash.
  static func isPattern(_ text: String) -> Bool { network(text) != nil }

  func contains(_ address: PeerAddress) -> Bool { networks.contains { $0.contains(address) } }

  private static func network(_ text: String) -> Network? {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first.flatMap({ PeerAddress(String($0)) }) else { return nil }
    guard parts.count == 2 else { return Network(bytes: address.bytes, bitCount: 128) }
    let added = address.isMapped ? 96 : 0
    guard let bits = Int(digits: String(parts[1]), in: 0...(128 - added)) else { return nil }
    return Network(bytes: address.bytes, bitCount: added + bits)
  }
}

extension Gate {
  /// Maximum size in bytes of a path prefix.
  private static let prefixByteLimit = 256

  /// Returns the path prefix under which a trusted proxy publishes the service, such as `/brgsa`; empty for none. A
  /// final slash is removed.
  ///
  /// The prefix becomes a part of URLs in responses, so it may contain only letters, digits and `-._~/`.
  ///
  /// - Throws: ``HTTPError/malformedRequest(_:)`` if the proxy sends anything else. Wrong URLs would be found later.
  static func prefix(of head: RawHead) throws(HTTPError) -> String {
    guard head.comesFromProxy else { return "" }
    let values = head.values("X-Forwarded-Prefix")
    guard var prefix = values.first else { return "" }
    if prefix.last == UInt8(ascii: "/") { prefix.removeLast() }
    guard values.count == 1, prefix.count <= prefixByteLimit, isPrefix(prefix) else {
      throw .malformedRequest(.forwardedPrefix)
    }
    return String(decoding: prefix, as: UTF8.self)
  }

  private static func isPrefix(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first else { return true }
    let segments = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return first == UInt8(ascii: "/")
      && segments.dropFirst().allSatisfy { segment in
        !segment.isEmpty && !segment.elementsEqual(".".utf8) && !segment.elementsEqual("..".utf8)
          && segment.allSatisfy {
            ASCII.isLetter($0) || ASCII.isDigit($0) || "-._~".utf8.contains($0)
          }
      }
  }
}
