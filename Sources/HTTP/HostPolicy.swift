/// Which hosts a request may name in `Host` and `Origin`.
///
/// A page in the user's browser can send requests to loopback; its foreign `Origin`, or after DNS
/// rebinding its foreign `Host`, gives it away.
struct HostPolicy: Sendable {
  private let allowed: Set<[UInt8]>

  /// Allows loopback and `hosts`, each a host name or address without port.
  init(allowedHosts hosts: some Sequence<String>) {
    allowed = Set(hosts.map { $0.utf8.map(ASCII.lowercased) })
  }

  /// True if `authority`, a `host` or `host:port`, is a host at all.
  func isWellFormed(authority: [UInt8]) -> Bool {
    Self.host(ofAuthority: authority[...]) != nil
  }

  /// True if the host of `authority`, a `host` or `host:port`, may be named.
  func allows(authority: [UInt8]) -> Bool {
    Self.host(ofAuthority: authority[...]).map(mayName) ?? false
  }

  /// True if the host of `origin`, a `scheme://host:port`, may be named. `null` may not.
  func allows(origin: [UInt8]) -> Bool {
    let separator = Array("://".utf8)
    guard
      let colon = origin.firstIndex(of: UInt8(ascii: ":")), colon > 0,
      origin[colon...].starts(with: separator)
    else { return false }
    return Self.host(ofAuthority: origin[(colon + separator.count)...]).map(mayName) ?? false
  }

  private func mayName(_ host: [UInt8]) -> Bool {
    Self.isLoopback(host) || allowed.contains(host)
  }

  /// The host in lower case, an IPv6 address with its brackets; nil if the text is no
  /// `host[:port]`.
  private static func host(ofAuthority authority: ArraySlice<UInt8>) -> [UInt8]? {
    let host: ArraySlice<UInt8>
    if authority.first == UInt8(ascii: "[") {
      guard let end = authority.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      host = authority[...end]
      guard host.dropFirst().dropLast().allSatisfy(isIPv6Byte) else { return nil }
    } else {
      host = authority.prefix { $0 != UInt8(ascii: ":") }
      guard !host.isEmpty, host.allSatisfy(isNameByte) else { return nil }
    }
    var port = authority[host.endIndex...]
    if !port.isEmpty {
      guard port.popFirst() == UInt8(ascii: ":"), port.allSatisfy(ASCII.isDigit) else { return nil }
    }
    return host.map(ASCII.lowercased)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    ASCII.isLetter(byte) || ASCII.isDigit(byte) || "-._".utf8.contains(byte)
  }

  private static func isIPv6Byte(_ byte: UInt8) -> Bool {
    ASCII.hexadecimalValue(byte) != nil || ":.".utf8.contains(byte)
  }

  private static func isLoopback(_ host: [UInt8]) -> Bool {
    if host == Array("localhost".utf8) || host == Array("[::1]".utf8) { return true }
    // "127.example.org" is a name, so all four parts must be numbers.
    let parts = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0].elementsEqual("127".utf8) && parts.allSatisfy(isOctet)
  }

  private static func isOctet(_ part: ArraySlice<UInt8>) -> Bool {
    guard (1...3).contains(part.count), part.allSatisfy(ASCII.isDigit) else { return false }
    return part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
  }
}
