import TestSupport
import Testing

@testable import HTTP

/// What keeps a page of another site from using this service through a user's browser.
@Suite(.timeLimit(.minutes(30))) struct BrowserProtectionTests {
  private static func get(_ target: String, _ fields: String) -> String {
    "GET \(target) HTTP/1.1\r\n\(fields)\r\n"
  }

  private static let foreign = [
    "Host: evil.example\r\n", "Host: 127.evil.example\r\n",
    "Host: 10.0.0.7:8080\r\nOrigin: http://10.0.0.8:8080\r\n",
    "Host: localhost\r\nOrigin: http://evil.example\r\n", "Host: localhost\r\nOrigin: null\r\n",
    "Host: localhost.evil.example\r\nOrigin: http://localhost\r\n",
  ]

  @Test(arguments: foreign)
  func figuresThatNeedNoKeyHereNeedAHostOfOurs(_ fields: String) async throws {
    let (secret, key) = AccessKey.random(name: "m", scopes: [.metrics])
    let (other, reader) = AccessKey.random(name: "r", scopes: [.read])
    try await withServer(keys: KeyRing([key, reader])) { server in
      for method in ["GET", "HEAD"] {
        let text = Self.get("/metrics", fields).replacing("GET", with: method)
        let answer = try await server.answer(to: text, toHead: method == "HEAD")
        #expect(answer.status == 403, "\(method)")
      }
      // A key is a better guard than a host.
      let bearer = "\(fields)Authorization: Bearer \(secret)\r\n"
      #expect(try await server.answer(to: Self.get("/metrics", bearer)).text == "figures")
      let data = "\(fields)Authorization: Bearer \(other)\r\n"
      #expect(try await server.answer(to: Self.get("/data", data)).text == "data")
      #expect(try await server.answer(to: Self.get("/data", fields)).status == 401)
      let own = try await server.answer(to: Self.get("/metrics", "Host: localhost:1\r\n"))
      #expect(own.text == "figures")
    }
  }

  /// A kubelet and Prometheus name a pod by its address or its service, which a service without keys does not know.
  @Test(arguments: [
    "Host: 10.244.1.7:8080\r\n", "Host: brgsa.default.svc:8080\r\n", "Host: evil.example\r\n",
  ])
  func whoeverWatchesMayNameAnyHost(_ fields: String) async throws {
    try await withServer { server in
      for target in ["/watch", "http://other.example/watch"] {
        #expect(try await server.answer(to: Self.get(target, fields)).text == "seen", "\(target)")
        // A foreign page that asks is told by its origin.
        let page = Self.get(target, "\(fields)Origin: http://evil.example\r\n")
        #expect(try await server.answer(to: page).status == 403)
      }
      let isAddress = fields.contains("10.244")
      let other = try await server.answer(to: Self.get("/page", fields))
      #expect(other.status == (isAddress ? 200 : 403))
      // What is not watched stays closed, also beside what is.
      #expect(
        try await server.answer(to: Self.get("/nothing", fields)).status == (isAddress ? 404 : 403))
    }
  }

  @Test func aPageOfOursMayBeOpenedByAnAddress() async throws {
    try await withServer { server in
      for (host, origin, status) in [
        ("10.0.0.7:8080", "http://10.0.0.7:8080", 200),
        ("[fe80::1]:80", "http://[FE80::1]:80", 200),
        ("10.0.0.7:8080", "http://10.0.0.7:8081", 403),
        ("10.0.0.7:8080", "http://10.0.0.70:8080", 403),
        ("evil.example", "http://evil.example", 403), ("localhost", "http://10.0.0.7", 403),
      ] {
        let fields = "Host: \(host)\r\nOrigin: \(origin)\r\n"
        let answer = try await server.answer(to: Self.get("/page", fields))
        #expect(answer.status == status, "\(origin)")
      }
    }
  }

  @Test func aTargetInAbsoluteFormIsReadAndItsHostCounts() async throws {
    try await withServer { server in
      for (target, host, status) in [
        ("http://localhost:1/echo/a?b=c", "localhost:1", 200),
        ("HTTP://127.0.0.1/echo/a?b=c", "localhost", 200),
        ("https://[::1]:8/echo/a?b=c", "localhost", 200),
        ("http://evil.example/echo/a", "localhost", 403),
        ("http://localhost/echo/a", "evil.example", 403), ("http://localhost", "localhost", 404),
        ("http://localhost?b", "localhost", 404),
        ("http://user@localhost/echo/a", "localhost", 400),
        ("http:///echo/a", "localhost", 400), ("ftp://localhost/echo/a", "localhost", 400),
        ("http://localhost:x/echo/a", "localhost", 400), ("http:/echo/a", "localhost", 400),
      ] {
        let answer = try await server.answer(to: Self.get(target, "Host: \(host)\r\n"))
        #expect(answer.status == status, "\(target) at \(host)")
        if status == 200 { #expect(answer.text == "a|b=c") }
      }
    }
  }

  @Test(arguments: ["/metrics", "/data", "/probe", "/page", "/nothing", "/%zz"])
  func aHostThatIsNoneIsRefusedWithKeysToo(_ target: String) async throws {
    let (_, key) = AccessKey.random(name: "m", scopes: [.metrics])
    try await withServer(keys: KeyRing([key])) { server in
      for host in ["a b", "a/b", "[::1", "a:b", "@", "a:80:80"] {
        let answer = try await server.answer(to: Self.get(target, "Host: \(host)\r\n"))
        #expect(answer.status == 400 && answer.text == "malformed-request", "\(host)")
      }
    }
  }

  @Test(arguments: [("/probe", 200), ("/echo/a", 200), ("/nothing", 404), ("/%zz", 400)])
  func everyAnswerForbidsFramesAndOtherSites(_ target: String, _ status: Int) async throws {
    try await withServer { server in
      let answer = try await server.answer(to: Self.get(target, "Host: localhost\r\n"))
      #expect(answer.status == status)
      let policy = "default-src 'none'; frame-ancestors 'none'"
      #expect(answer.header("Content-Security-Policy") == policy)
      #expect(answer.header("Cross-Origin-Resource-Policy") == "same-origin")
      #expect(answer.header("Referrer-Policy") == "no-referrer")
      let page = try await server.answer(to: Self.get("/page", "Host: localhost\r\n"))
      let own = page.headers.filter { $0.name == "content-security-policy" }.map(\.value)
      #expect(own == ["default-src 'self'"])
    }
  }

  @Test(arguments: [
    ("/v2/models/%zz", "v2"), ("/v2", "v2"), ("/v2?%zz", "v2"), ("/v2//a", "v2"),
    ("/v2/../v1", "v2"), ("/%76%32/%00", "v2"), ("//v2/a", "v2"), ("/v1\\a", nil),
    ("/v1/%zz", "v1"),
    ("/v3/%zz", nil), ("v2/a", nil), ("", nil), ("/", nil), ("/%zz/v2", nil),
  ])
  func theAreaOfATargetIsKnownAlthoughTheRestIsWrong(_ target: String, _ area: String?) {
    let table = RouteTable(
      ["/v1/a", "/v2/{name}"].map { Route(.get, $0, scope: nil) { _ in Response(status: 200) } })
    #expect(table.area(ofTarget: Array(target.utf8)) == area)
  }
}
