import HTTP
import TestSupport
import Testing

/// One row of the table of hostile requests.
struct HostileRequest: Sendable, CustomTestStringConvertible {
  let row: String
  let bytes: [UInt8]
  let status: Int
  /// The stable code; nil where libmicrohttpd answers by itself.
  let code: String?

  init(_ row: String, _ text: String, _ status: Int, _ code: String?) {
    self.init(row, Array(text.utf8), status, code)
  }

  init(_ row: String, _ bytes: [UInt8], _ status: Int, _ code: String?) {
    self.row = row
    self.bytes = bytes
    self.status = status
    self.code = code
  }

  var testDescription: String { row }
}

private let host = "Host: localhost\r\n"
private let octets = "Content-Type: application/octet-stream\r\n"

private func get(_ target: String, _ headers: String = host) -> String {
  "GET \(target) HTTP/1.1\r\n\(headers)\r\n"
}

private func post(_ target: String, _ headers: String, _ body: String = "") -> String {
  "POST \(target) HTTP/1.1\r\n\(host)\(headers)\r\n\(body)"
}

@Suite(.timeLimit(.minutes(30)))
struct RefusalTests {
  static let rows: [HostileRequest] = [
    .init(
      "A11 40 KB of header",
      get("/probe", host + "X-A: \(String(repeating: "a", count: 40_000))\r\n"),
      431, "header-too-large"),
    .init("A1 no Host", get("/probe", ""), 400, "malformed-request"),
    .init("A1 two Hosts", get("/probe", host + host), 400, "malformed-request"),
    .init(
      "A2 two lengths",
      post("/files", octets + "Content-Length: 5\r\nContent-Length: 6\r\n", "12345"),
      400, "ambiguous-framing"),
    .init(
      "A3 length and chunks",
      post("/files", octets + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
      400, "ambiguous-framing"),
    .init(
      "A4 gzip, chunked", post("/files", octets + "Transfer-Encoding: gzip, chunked\r\n"), 501,
      "transfer-coding-unsupported"),
    .init(
      "A4 xchunked", post("/files", octets + "Transfer-Encoding: xchunked\r\n"), 501,
      "transfer-coding-unsupported"),
    .init(
      "A4 identity", post("/files", octets + "Transfer-Encoding: identity\r\n"), 501,
      "transfer-coding-unsupported"),
    .init("A5 -1", post("/files", octets + "Content-Length: -1\r\n"), 400, nil),
    .init("A5 +5", post("/files", octets + "Content-Length: +5\r\n", "12345"), 400, nil),
    .init("A5 5, 5", post("/files", octets + "Content-Length: 5, 5\r\n", "12345"), 400, nil),
    .init("A5 0x10", post("/files", octets + "Content-Length: 0x10\r\n"), 400, nil),
    .init("A5 abc", post("/files", octets + "Content-Length: abc\r\n"), 400, nil),
    .init(
      "A6 length beyond 64 bits",
      post("/files", octets + "Content-Length: 99999999999999999999999\r\n"), 413, nil),
    .init(
      "A7 space before colon", post("/files", octets + "Content-Length : 5\r\n", "12345"), 400,
      "malformed-request"),
    .init("A7 header name", get("/probe", host + "X\u{7F}A: b\r\n"), 400, "malformed-request"),
    .init("A9 encoded NUL", get("/echo/a%00"), 400, "bad-uri"),
    .init("A9 encoded NUL in query", get("/echo/a?b=%00"), 400, "bad-uri"),
    .init("A9 dots", get("/echo/../probe"), 400, "bad-uri"),
    .init("A9 encoded dots", get("/echo/%2e%2e"), 400, "bad-uri"),
    .init("A9 encoded slash", get("/echo/a%2Fb"), 400, "bad-uri"),
    .init("A9 double slash", get("//probe"), 400, "bad-uri"),
    .init("A9 backslash", get("/echo\\a"), 400, "bad-uri"),
    .init("A9 overlong", get("/echo/%c0%af"), 400, "bad-uri"),
    .init("A9 bad escape", get("/echo/%zz"), 400, "bad-uri"),
    .init("A9 raw NUL", get("/echoe\0/a"), 404, "not-found"),
    .init(
      "A9 more query items than allowed", get("/echo/a?" + String(repeating: "b&", count: 1025)),
      400, "bad-uri"),
    .init("A10 16 KiB", get("/" + String(repeating: "a", count: 16 << 10)), 414, "uri-too-long"),
    .init("A10 160 KiB", get("/" + String(repeating: "a", count: 160 << 10)), 414, nil),
    .init(
      "A11 too many headers",
      get("/probe", host + (0..<3000).map { "H\($0): v\r\n" }.joined()), 431, nil),
    .init("A12 bare CR", get("/probe", host + "X-A: a\rb\r\n"), 400, "malformed-request"),
    .init("A13 G<>T", "G<>T /probe HTTP/1.1\r\n\(host)\r\n", 501, "method-unknown"),
    .init("A13 TRACE", "TRACE /probe HTTP/1.1\r\n\(host)\r\n", 405, "method-not-allowed"),
    .init("A13 CONNECT", "CONNECT a:1 HTTP/1.1\r\n\(host)\r\n", 405, "method-not-allowed"),
    .init("A13 HTTP/2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, nil),
    .init("A13 HTTP/0.9", "GET /probe\r\n\r\n", 400, nil),
    .init("A15", get("/probe", host + "Expect: 200-maybe\r\n"), 417, "expectation-failed"),
    .init("A17 wrong method", "DELETE /probe HTTP/1.1\r\n\(host)\r\n", 405, "method-not-allowed"),
    .init("A17 trailing slash", get("/probe/"), 404, "not-found"),
    .init("A17 case", get("/Probe"), 404, "not-found"),
    .init(
      "A19 gzip", post("/files", octets + "Content-Encoding: gzip\r\nContent-Length: 3\r\n", "123"),
      415, "content-coding-unsupported"),
    .init("A24 no body", post("/files", octets), 400, "empty-body"),
    .init("A24 length 0", post("/files", octets + "Content-Length: 0\r\n"), 400, "empty-body"),
    .init(
      "A24 no chunks", post("/files", octets + "Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400,
      "empty-body"),
    .init(
      "A25 html", post("/files", "Content-Type: text/html\r\nContent-Length: 3\r\n", "123"), 415,
      "unsupported-media-type"),
    .init(
      "A25 missing", post("/files", "Content-Length: 3\r\n", "123"), 415, "unsupported-media-type"),
    .init(
      "A25 UTF-16",
      post(
        "/files",
        "Content-Type: application/octet-stream; charset=utf-16\r\nContent-Length: 3\r\n", "123"),
      415, "unsupported-media-type"),
    .init(
      "body where none is taken", post("/bare", "Content-Length: 3\r\n", "123"), 400,
      "malformed-request"),
    .init("foreign Host", get("/probe", "Host: evil.example\r\n"), 403, "origin-forbidden"),
    .init("rebound Host", get("/probe", "Host: 127.evil.example\r\n"), 403, "origin-forbidden"),
    .init(
      "foreign Origin", get("/probe", host + "Origin: http://evil.example\r\n"), 403,
      "origin-forbidden"),
    .init("null Origin", get("/probe", host + "Origin: null\r\n"), 403, "origin-forbidden"),
  ]

  @Test("A hostile request gets its answer and loses its connection", arguments: rows)
  func hostileRequest(_ row: HostileRequest) async throws {
    try await withServer { server in
      let client = try server.client()
      await client.send(row.bytes)
      let answer = try await client.answer()
      #expect(answer.status == row.status)
      if let code = row.code {
        #expect(answer.text == code)
        #expect(answer.header("Connection")?.lowercased() == "close")
        #expect(answer.header("X-Request-ID")?.count == 32)
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
      }
      #expect(await client.isClosedByServer())
      let next = try await server.answer(to: get("/probe"))
      #expect(next.status == 200)
    }
  }

  @Test("A body of 100 MB that is refused is answered before it is sent")
  func largeRefusal() async throws {
    try await withServer { server in
      let client = try server.client()
      await client.send(post("/files", octets + "Content-Length: 100000000\r\n"))
      let answer = try await client.answer()
      #expect(answer.status == 413)
      #expect(answer.header("Connection")?.lowercased() == "close")
    }
  }

  @Test(
    "A client that asks before it sends gets a final answer without 100 Continue",
    arguments: [
      ("/files", TestServer.bodyLimit + 1, 413), ("/full", 10, 503), ("/nothing", 10, 404),
    ])
  func expectation(_ path: String, _ length: Int, _ status: Int) async throws {
    try await withServer { server in
      let client = try server.client()
      let headers = octets + "Content-Length: \(length)\r\nExpect: 100-continue\r\n"
      await client.send(post(path, headers))
      let answer = try await client.answer()
      #expect(answer.status == status)
      #expect(answer.interim.isEmpty)
    }
  }

  @Test("A client that asks before it sends is told to continue if the upload is welcome")
  func welcomeExpectation() async throws {
    try await withServer { server in
      let client = try server.client()
      let headers = octets + "Content-Length: 3\r\nExpect: 100-continue\r\n"
      await client.send(post("/files", headers))
      await client.send("abc")
      let answer = try await client.answer()
      #expect(answer.interim == [100])
      #expect(answer.status == 200)
    }
  }

  @Test("HEAD is GET without the body")
  func head() async throws {
    try await withServer { server in
      let client = try server.client()
      await client.send("HEAD /probe HTTP/1.1\r\n\(host)\r\n" + get("/probe"))
      let head = try await client.answer(toHead: true)
      let body = try await client.answer()
      #expect(head.status == 200)
      #expect(head.header("Content-Length") == "5")
      #expect(body.text == "alive")
    }
  }

  @Test(
    "OPTIONS names the methods of a path",
    arguments: [
      ("/probe", 204, "GET, HEAD, OPTIONS"), ("/files", 204, "POST, OPTIONS"),
      ("*", 204, "GET, HEAD, POST, OPTIONS"), ("/nothing", 404, nil),
    ])
  func options(_ target: String, _ status: Int, _ allow: String?) async throws {
    try await withServer { server in
      let answer = try await server.answer(to: "OPTIONS \(target) HTTP/1.1\r\n\(host)\r\n")
      #expect(answer.status == status)
      #expect(answer.header("Allow") == allow)
    }
  }

  @Test("A refused method comes with the allowed ones")
  func allow() async throws {
    try await withServer { server in
      let wrong = try await server.answer(to: "PUT /files HTTP/1.1\r\n\(host)\r\n")
      #expect(wrong.header("Allow") == "POST, OPTIONS")
      let unknown = try await server.answer(to: "BREW /files HTTP/1.1\r\n\(host)\r\n")
      #expect(unknown.header("Allow") == "GET, HEAD, POST, OPTIONS")
    }
  }

  @Test(
    "The client's request identifier is used if it is harmless",
    arguments: [
      ("abc-DEF_1.", true), ("12345678", true), (String(repeating: "a", count: 64), true),
      ("1234567", false), (String(repeating: "a", count: 65), false), ("1234 5678", false),
      ("\u{1B}[31mred", false),
    ])
  func requestID(_ id: String, _ isTaken: Bool) async throws {
    try await withServer { server in
      let answer = try await server.answer(to: get("/probe", host + "X-Request-ID: \(id)\r\n"))
      #expect((answer.header("X-Request-ID") == id) == isTaken)
    }
  }

  @Test("200 requests in one packet are answered in their order")
  func pipelining() async throws {
    try await withServer { server in
      let client = try server.client()
      await client.send((0..<200).map { get("/echo/\($0)") }.joined())
      for number in 0..<200 {
        #expect(try await client.answer().text == "\(number)")
      }
    }
  }

  @Test("A query is decoded in its order")
  func query() async throws {
    try await withServer { server in
      let answer = try await server.answer(
        to: get("/echo/K%C3%B6ln?prompt=a+b&prompt=and%2For%20..%2f&x&y=1=2&&z="))
      #expect(answer.text == "Köln|prompt=a b|prompt=and/or ../|x=|y=1=2|z=")
    }
  }

  @Test("A header of ours that would split the answer becomes 500")
  func brokenHeader() async throws {
    try await withServer { server in
      let answer = try await server.answer(to: get("/broken"))
      #expect(answer.status == 500)
      #expect(answer.header("X-Injected") == nil)
    }
  }
}

/// Chunks whose heads do not end.
@Suite(.timeLimit(.minutes(30))) struct ChunkHeadTests {
  private static let head =
    "POST /volumes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
    + "Transfer-Encoding: chunked\r\n\r\n"

  @Test(arguments: [
    "3;" + String(repeating: "x", count: 400_000),
    "3\r\nabc\r\n2;" + String(repeating: "x", count: 400_000),
    "3;a=\"" + String(repeating: "\u{1}", count: 400_000),
  ])
  func aHeadWithoutAnEndIsCutWithoutAWordAndOthersGoOn(_ body: String) async throws {
    try await withServer { server in
      let other = try server.client()
      await other.send(Self.head + "3\r\nabc\r\n")
      let client = try server.client()
      await client.send(Self.head + body)
      await #expect(throws: RawClient.Failure.self) { try await client.answer() }
      await other.send("0\r\n\r\n")
      #expect(try await other.answer().text.hasPrefix("3:"))
    }
  }

  @Test func manyOneByteChunksAreNoFlood() async throws {
    try await withServer { server in
      let client = try server.client()
      let chunks = String(
        repeating: "1;\(String(repeating: "y", count: 2000))\r\na\r\n", count: 500)
      await client.send(Self.head + chunks + "0\r\n\r\n")
      #expect(try await client.answer().text.hasPrefix("500:"))
    }
  }
}
