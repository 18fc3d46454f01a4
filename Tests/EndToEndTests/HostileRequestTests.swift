import StrictJSON
import TestSupport
import Testing

/// Table A of HostileInputs.md, as far as one request goes, through the real server.
@Suite(.enabled(if: HostileRow.isAskedFor), .timeLimit(.minutes(30))) struct HostileRequestTests {
  /// One hostile request.
  private struct Row {
    let name: String
    let bytes: [UInt8]
    /// What it may be answered with; 0 is a connection that is closed without a word.
    let statuses: Set<Int>
    /// The slug; nil where libmicrohttpd answers by itself.
    let code: String?

    init(_ name: String, _ text: String, _ status: Int, _ code: String) {
      self.init(name, text, [status], code)
    }

    init(_ name: String, _ text: String, _ statuses: Set<Int>, _ code: String? = nil) {
      self.name = name
      bytes = Array(text.utf8)
      self.statuses = statuses
      self.code = code
    }
  }

  private static let host = "Host: localhost\r\n"

  private static func get(_ target: String, _ fields: String = host) -> String {
    "GET \(target) HTTP/1.1\r\n\(fields)\r\n"
  }

  private static func post(_ fields: String, _ body: String = "") -> String {
    "POST /v1/diagnoses?prompt=SECRET HTTP/1.1\r\n\(host)Content-Type: application/octet-stream\r\n"
      + "\(fields)\r\n\(body)"
  }

  private static func chunks(_ body: String) -> String {
    post("Transfer-Encoding: chunked\r\nConnection: close\r\n", body)
  }

  private static let framing: [Row] = [
    Row("A1 no Host", get("/livez", ""), 400, "malformed-request"),
    Row("A1 two Hosts", get("/livez", host + host), 400, "malformed-request"),
    Row(
      "A2", post("Content-Length: 5\r\nContent-Length: 6\r\n", "12345"), 400, "ambiguous-framing"),
    Row(
      "A3", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400,
      "ambiguous-framing"),
    Row(
      "A4 gzip", post("Transfer-Encoding: gzip, chunked\r\n"), 501, "transfer-coding-unsupported"),
    Row("A4 xchunked", post("Transfer-Encoding: xchunked\r\n"), 501, "transfer-coding-unsupported"),
    Row("A4 identity", post("Transfer-Encoding: identity\r\n"), 501, "transfer-coding-unsupported"),
    Row("A5 -1", post("Content-Length: -1\r\n"), [400]),
    Row("A5 +5", post("Content-Length: +5\r\n", "12345"), [400]),
    Row("A5 5, 5", post("Content-Length: 5, 5\r\n", "12345"), [400]),
    Row("A5 0x10", post("Content-Length: 0x10\r\n"), [400]),
    Row("A5 abc", post("Content-Length: abc\r\n"), [400]),
    Row("A6", post("Content-Length: 99999999999999999999999\r\n"), [413]),
    Row("A7 space", post("Content-Length : 5\r\n", "12345"), 400, "malformed-request"),
    Row("A7 name", get("/livez", host + "X\u{7F}A: b\r\n"), 400, "malformed-request"),
    Row("A20 size beyond 64 bits", chunks("FFFFFFFFFFFFFFFFF\r\nabc"), [413, 0]),
    Row("A20 no size", chunks("zz\r\nabc\r\n0\r\n\r\n"), [400]),
    Row("A20 no line end", chunks("3\r\nabcX5\r\n0\r\n\r\n"), [400]),
    Row(
      "A20 extension of 100 KB",
      chunks("3;\(String(repeating: "x", count: 100_000))\r\nabc\r\n0\r\n\r\n"), 400,
      "not-nifti"),
    Row(
      "A20 extension without an end", chunks("3;\(String(repeating: "x", count: 400_000))"), [0]),
    Row(
      "A20 extension without an end after chunks",
      chunks("3\r\nabc\r\n2;\(String(repeating: "x", count: 900_000))"), [0]),
    Row("A20 size without an end", chunks(String(repeating: "0", count: 400_000)), [0, 400, 413]),
    Row(
      "A20 trailers",
      chunks("3\r\nabc\r\n0\r\nContent-Length: 7\r\nHost: evil.example\r\n\r\n"), 400, "not-nifti"),
  ]

  private static let targets: [Row] =
    [
      "/v1/info%00", "/v1/info?a=%00", "/v1/../livez", "/%2e%2e/livez", "/v1%2Finfo", "//livez",
      "/v1\\info", "/%c0%af", "/%zz",
    ].map { Row("A9 \($0)", get($0), 400, "bad-uri") }
    + [
      Row("A9 raw NUL", get("/v1/inf\0/livez"), 404, "not-found"),
      Row("A10 16 KiB", get("/" + String(repeating: "a", count: 16 << 10)), 414, "uri-too-long"),
      Row("A10 160 KiB", get("/" + String(repeating: "a", count: 160 << 10)), [414, 0]),
      Row("A17 trailing slash", get("/livez/"), 404, "not-found"),
      Row("A17 case", get("/LiveZ"), 404, "not-found"),
    ]

  private static let fields: [Row] = [
    Row(
      "A11 40 KB", get("/livez", host + "X-A: \(String(repeating: "a", count: 40_000))\r\n"), 431,
      "header-too-large"),
    Row(
      "A11 3,000", get("/livez", host + (0..<3000).map { "H\($0): v\r\n" }.joined()), [431, 0]),
    Row("A12 bare CR", get("/livez", host + "X-A: a\rSECRET: b\r\n"), 400, "malformed-request"),
    Row("A13 G<>T", "G<>T /livez HTTP/1.1\r\n\(host)\r\n", 501, "method-unknown"),
    Row("A13 TRACE", "TRACE /livez HTTP/1.1\r\n\(host)\r\n", 405, "method-not-allowed"),
    Row("A13 CONNECT", "CONNECT a:1 HTTP/1.1\r\n\(host)\r\n", 405, "method-not-allowed"),
    Row("A13 HTTP/2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505]),
    Row("A13 HTTP/0.9", "GET /livez\r\n\r\n", [400]),
    Row("A14 TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}SECRET\r\n\r\n", [400, 0]),
    Row("A15", get("/livez", host + "Expect: 200-maybe\r\n"), 417, "expectation-failed"),
    Row(
      "A16 too large", post("Expect: 100-continue\r\nContent-Length: 2000000000\r\n"), 413,
      "body-too-large"),
  ]

  private static let codings: [Row] = ["gzip", "br", "deflate", "gzip, gzip", "x"].map {
    Row(
      "A19 \($0)", post("Content-Encoding: \($0)\r\nContent-Length: 900000000\r\n"), 415,
      "content-coding-unsupported")
  }

  @Test func everyHostileRequestGetsItsAnswerAndLosesItsConnection() async throws {
    let service = try await RunningService(["--log-level", "trace"])
    for row in Self.framing + Self.targets + Self.fields + Self.codings {
      let client = try await service.sent(row.bytes)
      let answer = try? await client.answer()
      #expect(row.statuses.contains(answer?.status ?? 0), "\(row.name): \(answer?.status ?? 0)")
      if let code = row.code {
        try Self.expectProblem(try #require(answer, "\(row.name)"), code, row.name)
      }
      #expect(await client.isClosedByServer(), "\(row.name)")
      try await service.expectUnharmed(after: row.name)
    }
    #expect(try await service.answer("GET", "/readyz").status == 200)
    #expect(!service.process.logged.contains("SECRET"))
  }

  /// The shape of every refusal of ours.
  private static func expectProblem(_ answer: RawAnswer, _ code: String, _ row: String) throws {
    let problem = try answer.json
    #expect(answer.interim.isEmpty, "\(row)")
    #expect(problem["code"]?.text == code, "\(row)")
    #expect(problem["type"]?.text == "/problems/\(code)", "\(row)")
    #expect(problem["status"]?.number == Double(answer.status), "\(row)")
    #expect(problem["title"]?.text != nil && problem["detail"]?.text != nil, "\(row)")
    #expect(problem["request_id"]?.text == answer.header("X-Request-ID"), "\(row)")
    #expect(answer.header("Content-Type") == "application/problem+json", "\(row)")
    #expect(answer.header("Cache-Control") == "no-store", "\(row)")
    #expect(answer.header("X-Content-Type-Options") == "nosniff", "\(row)")
    #expect(answer.header("Connection")?.lowercased() == "close", "\(row)")
    #expect(answer.status != 405 && answer.status != 501 || hasAllow(answer, code), "\(row)")
    #expect(!answer.text.contains("SECRET"), "\(row)")
  }

  private static func hasAllow(_ answer: RawAnswer, _ code: String) -> Bool {
    answer.header("Allow")?.contains("GET") == true || code == "transfer-coding-unsupported"
  }
}
