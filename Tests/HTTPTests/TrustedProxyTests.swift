import Testing

@testable import HTTP

/// Which proxies are trusted, and which path prefixes they may name.
@Suite struct TrustedProxyTests {
  @Test(arguments: [
    ("10.0.0.7", ["10.0.0.7", "::ffff:10.0.0.7"], ["10.0.0.8", "::10.0.0.7"]),
    ("10.0.0.0/8", ["10.1.2.3", "10.255.255.255"], ["11.0.0.1", "9.255.255.255"]),
    ("192.168.4.0/22", ["192.168.7.255"], ["192.168.8.0", "192.168.3.255"]),
    ("0.0.0.0/0", ["1.2.3.4"], ["::1", "2001:db8::1"]),
    ("::1", ["::1"], ["::2", "127.0.0.1"]),
    ("fd00::/8", ["fdff::1"], ["fc00::1", "10.0.0.7"]),
    ("::/0", ["::1", "10.0.0.7"], []),
    ("2001:db8::/33", ["2001:db8:7fff::"], ["2001:db8:8000::"]),
  ])
  func anEntryMeansAnAddressOrANetwork(
    entry: String, trusted: [String], others: [String]
  ) throws {
    #expect(TrustedProxies.isPattern(entry))
    let proxies = TrustedProxies(["x", entry])
    for text in trusted { #expect(proxies.contains(try #require(PeerAddress(text))), "\(text)") }
    for text in others { #expect(!proxies.contains(try #require(PeerAddress(text))), "\(text)") }
  }

  @Test(arguments: [
    "", "localhost", "10.0.0", "10.0.0.7/", "10.0.0.7/33", "10.0.0.7/-1", "10.0.0.7/8/8", "::1/129",
    "[::1]", "10.0.0.7:80", "*", "/8", "10.0.0.7/٨",
  ])
  func whatIsNoAddressIsRefused(entry: String) {
    #expect(!TrustedProxies.isPattern(entry))
  }

  @Test func loopbackIsLocal() throws {
    for (text, isLoopback) in [
      ("127.0.0.1", true), ("127.255.0.9", true), ("::1", true), ("::ffff:127.0.0.1", true),
      ("128.0.0.1", false), ("::", false), ("::2", false), ("1::1", false),
    ] {
      #expect(try #require(PeerAddress(text)).isLoopback == isLoopback, "\(text)")
    }
  }

  private func prefix(_ values: [String], fromProxy: Bool = true) throws -> String {
    try Gate.prefix(
      of: RawHead(
        method: "GET", uri: Array("/".utf8), isVersion11: true,
        fields: values.map { .init("x-Forwarded-prefix".utf8, $0.utf8) }, isLocal: true,
        comesFromProxy: fromProxy))
  }

  @Test(arguments: [
    ("/brgsa", "/brgsa"), ("/brgsa/", "/brgsa"), ("/a/b-c/d_e.f~1", "/a/b-c/d_e.f~1"), ("/", ""),
    ("", ""), ("/...", "/..."), ("/.well", "/.well"),
  ])
  func aPathIsAPrefix(value: String, prefix: String) throws {
    #expect(try self.prefix([value]) == prefix)
    #expect(try self.prefix([value], fromProxy: false).isEmpty)
  }

  @Test(arguments: [
    ["brgsa"], ["//evil.example"], ["/a//b"], ["/a//"], ["/a/../b"], ["/."], ["/a/.."], ["/a b"],
    ["/a,/b"], ["/a?b"], ["/a#b"], ["/%61"], ["/\"><x>"], ["/\u{e9}"], ["/a\\b"], ["/a:b"],
    ["/a@b"],
    ["https://evil.example/"], ["/a", "/b"], ["/a", "/a"], ["", ""],
    ["/" + String(repeating: "a", count: 256)],
  ])
  func anythingElseIsRefusedFromAProxyAndIgnoredFromOthers(values: [String]) throws {
    #expect(throws: HTTPError.malformedRequest(.forwardedPrefix)) { try prefix(values) }
    #expect(try prefix(values, fromProxy: false).isEmpty)
  }
}
