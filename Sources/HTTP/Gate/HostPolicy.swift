/// The hosts that `Host` and `Origin` may name.
///
/// A foreign page in the user's browser can send requests to the loopback address. Such a request has a foreign
/// `Origin`, or a foreign `Host` after DNS rebinding. DNS rebinding requires a name that the owner of the page can
/// redirect, so a numeric `Host` is always safe. A numeric `Origin` is not safe, because a foreign page can have a
/// numeric address.
struct HostPolicy: Sendable {
  private let names: Set<[UInt8]>
  /// Suffixes of allowed names, with the leading dot: `.example.org` for `*.example.org`.
  private let suffixes: [[UInt8]]
  private let allowsAll: Bool

  /// Allows loopback, numeric addresses and `hosts`. Each entry is a name or address without port, or `*` for all
  /// hosts. `*.example.org` allows every name below `example.org`, but not `example.org` itself. Entries that
  /// ``isPattern(_:)`` refuses are ignored.
  init(allowedHosts hosts: some Sequence<String>) {
    let patterns = hosts.filter(Self.isPattern).map {
      Self.withoutFinalDot($0.utf8.map(ASCII.lowercased))
    }
    let wildcard = Array("*.".utf8)
    names = Set(patterns.filter { !$0.starts(with: wildcard) })
    suffixes = patterns.filter { $0.starts(with: wildcard) }.map { Array($0.dropFirst()) }
    allowsAll = names.contains(Array("*".utf8))
  }

  /// True if `text` is a valid entry of the list of allowed hosts.
  static func isPattern(_ text: String) -> Bool {
    if text == "*" { return true }
    let bytes = Array(text.utf8)
    let host = bytes.starts(with: "*.".utf8) ? bytes.dropFirst(2) : bytes[...]
    guard host.first != UInt8(ascii: "."), let parsed = Self.host(ofAuthority: host) else {
      return false
    }
    // Refuses an entry with a port, because it would never match.
    return parsed.count == withoutFinalDot(Array(host)).count
  }

  /// True if `authority` is a well-formed `host` or `host:port`.
  func isWellFormed(authority: [UInt8]) -> Bool {
    Self.host(ofAuthority: authority[...]) != nil
  }

  /// True if `authority` is a `host` or `host:port` whose host is allowed.
  func allows(authority: [UInt8]) -> Bool {
    guard let host = Self.host(ofAuthority: authority[...]) else { return false }
    return Self.isAddress(host) || mayName(host)
  }

  /// True if a page with this `origin` (`scheme://host:port`) may send requests to `authority`. The origin `null` is
  /// never allowed.
  ///
  /// Pages of this service are allowed, because their origin matches the authority of the request.
  func allows(origin: [UInt8], at authority: [UInt8]?) -> Bool {
    let separator = Array("://".utf8)
    guard
      let colon = origin.firstIndex(of: UInt8(ascii: ":")), colon > 0,
      origin[colon...].starts(with: separator)
    else { return false }
    let own = origin[(colon + separator.count)...]
    guard let host = Self.host(ofAuthority: own) else { return false }
    if mayName(host) { return true }
    guard let authority, allows(authority: authority) else { return false }
    return ASCII.equalIgnoringCase(own, authority)
  }

  private func mayName(_ host: [UInt8]) -> Bool {
    allowsAll || Self.isLoopback(host) || names.contains(host)
      || suffixes.contains { host.count > $0.count && host.suffix($0.count).elementsEqual($0) }
  }

  /// The host of a `host[:port]`, in lower case and without a final dot; nil for other text. An IPv6 address keeps
  /// its brackets.
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
    return withoutFinalDot(host.map(ASCII.lowercased))
  }

  /// Removes the final dot: `a.example.` becomes `a.example`.
  private static func withoutFinalDot(_ host: [UInt8]) -> [UInt8] {
    host.count > 1 && host.last == UInt8(ascii: ".") ? host.dropLast() : host
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    ASCII.isLetter(byte) || ASCII.isDigit(byte) || "-._".utf8.contains(byte)
  }

  private static func isIPv6Byte(_ byte: UInt8) -> Bool {
    ASCII.hexadecimalValue(byte) != nil || ":.".utf8.contains(byte)
  }

  private static func isLoopback(_ host: [UInt8]) -> Bool {
    host == Array("localhost".utf8) || host == Array("[::1]".utf8)
      || octets(host)?.first?.elementsEqual("127".utf8) ?? false
  }

  /// True for an IPv4 address, and for text in brackets, because names do not contain brackets.
  private static func isAddress(_ host: [UInt8]) -> Bool {
    host.first == UInt8(ascii: "[") || octets(host) != nil
  }

  /// The four parts of an IPv4 address; nil unless all parts are numbers. For example, "127.example.org" is a name.
  private static func octets(_ host: [UInt8]) -> [ArraySlice<UInt8>]? {
    let parts = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy(isOctet) ? parts : nil
  }

  private static func isOctet(_ part: ArraySlice<UInt8>) -> Bool {
    guard (1...3).contains(part.count), part.allSatisfy(ASCII.isDigit) else { return false }
    return part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
  }
}
