import Glibc
import TestSupport
import Testing

/// Rows A8, A12, A14, A22, A23, H9, I5, I6, J6, K1 and K5 of HostileInputs.md: what connections are put to.
@Suite(.enabled(if: HostileRow.isAskedFor), .timeLimit(.minutes(30))) struct HostileConnectionTests
{
  private static let alive = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

  /// A field that a proxy would set changes nobody's identity, folded or not.
  @Test func noFieldMakesAnotherClientOfOne() async throws {
    let folder = try ArchiveFolder()
    let file = "\(folder.path)/keys"
    _ = try await BrgsaProcess.run(["keys", "add", "a", "--scopes", "read", "--keys-file", file])
    let service = try await RunningService(["--keys-file", file, "--log-level", "trace"])
    let wrong = "GET /v1/info HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    func status(_ field: String) async throws -> Int {
      let text = "\(wrong)\(field)\r\nAuthorization: Bearer wrong\r\n\r\n"
      return try await service.sent(Array(text.utf8)).answer().status
    }
    for (row, field) in [
      ("H9 X-Forwarded-For", "X-Forwarded-For: 10.77.0.#"),
      ("H9 Forwarded", "Forwarded: for=10.77.1.#"),
      ("H9 X-Real-IP", "X-Real-IP: 10.77.2.#"),
      ("A8 folded value", "X-Forwarded-For: 10.77.3.1,\r\n 10.77.3.#"),
      ("A8 folded name", "X-Forwarded-Fo:\r\n r: 10.77.4.#"),
      ("A8 folded into a key", "X-A: 10.77.5.#\r\n\tAuthorization: Bearer right"),
    ] {
      // Another address each time: if it counted, none would ever have failed too often.
      var last = 401
      for number in 0..<400 where last == 401 {
        last = try await status(field.replacing("#", with: "\(number % 256)"))
      }
      #expect(last == 429 || last == 400, "\(row): \(last)")
    }
    #expect(!service.process.logged.contains("10.77."), "H9")
  }

  @Test func controlCharactersReachNeitherTheLogNorAnAnswer() async throws {
    let service = try await RunningService(["--log-level", "trace"])
    let fields = [
      "User-Agent: \u{1B}[31mSECRET", "X-Request-ID: \u{1B}[31mSECRET",
      "X-Request-ID: SECRET\tSECRET",
      "X-Request-ID: SECRET\u{7F}SECRET", "User-Agent: SECRET\u{9B}31m", "X-Request-ID: SECRET€",
    ]
    for field in fields {
      let client = try await service.sent(
        Array(
          "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(field)\r\n\r\n".utf8))
      let answer = try await client.answer()
      #expect(answer.status == 200 || answer.status == 400, "A12 \(field.debugDescription)")
      let shown = answer.headers.map(\.value).joined() + answer.text
      #expect(!shown.contains("SECRET"), "A12 \(field.debugDescription)")
    }
    let hasAll = try await service.eventually {
      service.process.logged.split(separator: "\n").count { $0.hasSuffix("request") }
        >= fields.count
    }
    #expect(hasAll, "A12: a line for each request")
    let logged = service.process.logged
    #expect(logged.split(separator: "\n").count { $0.hasSuffix("request") } == fields.count, "A12")
    #expect(!logged.contains("\u{1B}") && !logged.contains("SECRET"), "A12")
  }

  @Test func manyRequestsInOnePacketAreAnsweredInTheirOrder() async throws {
    let service = try await RunningService()
    let requests = (100..<300).map {
      "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: pipeline-\($0)\r\n\r\n"
    }
    let client = try await service.sent(Array(requests.joined().utf8))
    for number in 100..<300 {
      let answer = try await client.answer()
      #expect(answer.header("X-Request-ID") == "pipeline-\(number)", "A22")
    }
  }

  @Test func clientsThatLeaveAtAnyMomentHarmNobody() async throws {
    let service = try await RunningService()
    let good = HostileVolumes.good().bytes()
    let page = "GET /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n"
    let upload =
      "POST /v1/diagnoses?prompt=gas HTTP/1.1\r\nHost: localhost\r\n"
      + "Content-Type: application/octet-stream\r\nContent-Length: \(good.count)\r\n\r\n"
    let half = try await service.sent(Array(upload.utf8) + good)
    half.halfClose()
    // Whoever closes a side has left, unless the response was ready before that was seen.
    let halfAnswer = try await half.answer()
    let wasGivenUp = halfAnswer.status == 400 && halfAnswer.text.contains("client-closed")
    #expect(halfAnswer.status == 200 || wasGivenUp, "A23 half-close")
    for (row, bytes) in [
      ("request", Array(page.utf8)),
      ("20 requests", Array(String(repeating: page, count: 20).utf8)),
      ("upload", Array(upload.utf8) + good),
      ("half an upload", Array(upload.utf8) + good.prefix(999)),
      ("half a head", Array(upload.utf8.prefix(40))),
    ] {
      for readsFirst in [false, true] {
        for _ in 0..<5 {
          let client = try await service.sent(bytes)
          if readsFirst && row == "20 requests" { _ = try await client.answer() }
          client.resetOnClose()
        }
      }
      try await service.expectUnharmed(after: "A23 reset after \(row)")
    }
    #expect(await service.process.logLine(with: "ending=client") != nil, "A23")
  }

  @Test func connectionsThatComeAndGoLeaveNoDescriptor() async throws {
    let service = try await RunningService()
    #expect(try await service.answer("GET", "/livez").status == 200)
    let before = service.openDescriptors
    for _ in 0..<1000 { _ = try RawClient(port: service.port) }
    #expect(try await service.answer("GET", "/livez").status == 200, "J6")
    #expect(try await service.eventually { service.openDescriptors <= before + 2 }, "J6")
  }

  /// The deadline of a head is ten seconds from the connection on, whatever drips in meanwhile.
  @Test func whoSaysNothingOrNearlyNothingIsCut() async throws {
    let service = try await RunningService(["--log-level", "trace"])
    let before = service.openDescriptors
    let hello: [UInt8] = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3] + Array("SECRET".utf8)
    let noise = (0..<1024).map { UInt8(0x80 | ($0 * 37) & 0x7F) }
    var clients: [(row: String, client: RawClient)] = []
    for _ in 0..<25 {
      clients.append(("K5 silence", try RawClient(port: service.port)))
      clients.append(("A14 TLS", try await service.sent(hello)))
      clients.append(("A14 noise", try await service.sent(noise)))
    }
    let slow = try (0..<50).map { _ in try RawClient(port: service.port) }
    let drip = Array("GET /livez HTTP".utf8)
    for second in 0..<10 {
      for client in slow { await client.send([drip[second]]) }
      #expect(try await service.answer("GET", "/livez").status == 200, "K1: others go on")
      try await Task.sleep(for: .seconds(1))
    }
    for client in slow { #expect(await client.isClosedByServer(), "K1") }
    for (row, client) in clients { #expect(await client.isClosedByServer(), "\(row)") }
    #expect(try await service.eventually { service.openDescriptors <= before + 2 }, "K1")
    #expect(!service.process.logged.contains("SECRET"), "A14")
  }

  /// As many connections as there may be hold up others until the deadline of their heads, and no longer.
  @Test func aConnectionTooManyIsToldSoUntilTheSilentOnesAreCut() async throws {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    guard limit.rlim_cur > 4000 else { return }  // The clients are of this process.
    let service = try await RunningService()
    var silent = try (0..<1000).map { _ in try RawClient(port: service.port) }
    let probe = try await service.sent(Array(Self.alive.utf8))
    #expect(try await probe.answer().status == 200, "I5")
    // On a busy machine the first ones may be cut before the last ones have come; then others take their places.
    var refused = try await service.answer("GET", "/v1/info")
    while refused.status == 200 {
      silent += try (0..<200).map { _ in try RawClient(port: service.port) }
      silent.removeFirst(200)
      refused = try await service.answer("GET", "/v1/info")
    }
    #expect(refused.status == 503 && refused.code == "too-many-connections", "I5")
    #expect(Int(refused.header("Retry-After") ?? "") ?? 0 >= 1, "I5")
    for client in silent.prefix(20) { #expect(await client.isClosedByServer(), "I5") }
    #expect(
      try await service.eventually { try await service.answer("GET", "/v1/info").status == 200 },
      "I5")
  }

  @Test func aProcessWithoutDescriptorsDoesNotSpinAndRecovers() async throws {
    let folder = try ArchiveFolder()
    let process = try HostileProcess.serve("ulimit -n 128; exec \"$@\"", folder: folder.path)
    defer { process.signal(SIGKILL) }
    _ = try #require(await process.logLine(with: "] ready"))
    let port = try #require(try await HostileProcess.port(of: process.identifier))
    var silent = try (0..<200).map { _ in try RawClient(port: port) }
    while HostileProcess.descriptors(process.identifier).count < 120 { await Task.yield() }
    let before = HostileProcess.ticks(process.identifier)
    try await Task.sleep(for: .seconds(2))
    #expect(HostileProcess.ticks(process.identifier) - before < 40, "I6: it spins")
    silent.removeAll()
    #expect(await HostileProcess.status("GET", "/livez", port: port) == 200, "I6")
    #expect(await HostileProcess.status("GET", "/readyz", port: port) == 200, "I6")
  }
}
