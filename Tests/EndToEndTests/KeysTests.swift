import Foundation
import TestSupport
import Testing

struct KeysTests {
  private static let scopes = ["infer", "read", "write", "admin", "metrics"]

  /// A request for each route and what its key must allow; what becomes of it is another matter.
  private static let requests: [(method: String, target: String, scope: String)] = [
    ("GET", "/v1/info", "read"), ("POST", "/v1/diagnoses", "infer"),
    ("GET", "/v1/diagnoses/dx_0", "read"), ("POST", "/v1/volumes", "write"),
    ("GET", "/v1/volumes", "read"), ("GET", "/v1/volumes/sha256-0", "read"),
    ("DELETE", "/v1/volumes/sha256-0", "write"), ("PUT", "/v1/volumes/sha256-0/metadata", "write"),
    ("GET", "/v1/volumes/sha256-0/embedding", "read"), ("POST", "/v1/retrievals", "read"),
    ("POST", "/v1/embeddings", "infer"), ("POST", "/v1/reports", "write"),
    ("GET", "/v1/reports", "read"), ("GET", "/v1/reports/rp_0", "read"),
    ("DELETE", "/v1/reports/rp_0", "write"), ("GET", "/v1/prompt-sets", "read"),
    ("GET", "/v1/prompt-sets/x", "read"), ("PUT", "/v1/prompt-sets/x", "write"),
    ("DELETE", "/v1/prompt-sets/x", "write"), ("GET", "/v1/calibrations", "read"),
    ("GET", "/v1/calibrations/x", "read"), ("PUT", "/v1/calibrations/x", "admin"),
    ("DELETE", "/v1/calibrations/x", "admin"), ("POST", "/v1/selftest", "admin"),
    ("GET", "/v1/jobs/job_0", "infer"), ("DELETE", "/v1/jobs/job_0", "infer"),
    ("GET", "/v1/jobs/job_0/events", "infer"), ("GET", "/v2/models/brgsa", "read"),
    ("GET", "/v2/models/brgsa/versions/1", "read"), ("POST", "/v2/models/brgsa/infer", "infer"),
    ("POST", "/v2/models/brgsa/versions/1/infer", "infer"),
  ]

  @Test func everyRouteNeedsItsScope() async throws {
    let folder = try ArchiveFolder()
    let file = "\(folder.path)/keys"
    var keys: [String: String] = [:]
    for scope in Self.scopes { keys[scope] = try await Self.add(scope, scope, to: file) }
    let service = try await RunningService(["--keys-file", file])
    for (method, target, scope) in Self.requests {
      let anonymous = try await service.answer(method, target)
      #expect(anonymous.status == 401 && anonymous.code == "missing-credentials", "\(target)")
      #expect(anonymous.header("WWW-Authenticate") == "Bearer")
      for (held, key) in keys {
        let answer = try await service.answer(method, target, headers: [Self.bearer(key)])
        let isRefused = answer.status == 403 && answer.code == "insufficient-scope"
        #expect(isRefused == (held != scope), "\(method) \(target) with \(held): \(answer.status)")
        #expect(answer.status != 401)
      }
    }
    for open in [
      "/", "/worklist", "/compare", "/docs", "/livez", "/readyz", "/health", "/openapi.yaml",
      "/openapi.json", "/problems/not-found", "/metrics", "/v2",
      "/v2/health/live", "/v2/health/ready", "/v2/models/brgsa/ready",
      "/v2/models/brgsa/versions/1/ready",
    ] {
      #expect(try await service.answer("GET", open).status == 200, "\(open)")
    }
    // A key, not the name of the host, is what opens the door.
    let client = try RawClient(port: service.port)
    await client.send(
      "GET /v1/info HTTP/1.1\r\nHost: ct.example.org\r\n\(Self.bearer(keys["read"] ?? ""))\r\n\r\n")
    #expect(try await client.answer().status == 200)
    let logged = service.process.logged
    for key in keys.values { #expect(!logged.contains(key)) }
    #expect(logged.contains("client=read"))
  }

  /// Table H of HostileInputs.md.
  @Test func whatIsNoKeyOpensNothing() async throws {
    let folder = try ArchiveFolder()
    let key = try await Self.add("a", "read,infer", to: "\(folder.path)/keys")
    let service = try await RunningService([
      "--keys-file", "\(folder.path)/keys", "--log-level", "trace",
    ])
    let long = String(repeating: "k", count: 8192)
    for (row, headers, status) in [
      ("H1 none", [], 401), ("H1 empty", ["Authorization:"], 401),
      ("H1 only the scheme", ["Authorization: Bearer"], 401),
      ("H1 wrong", [Self.bearer("SECRETwrong")], 401), ("H1 8 KB", [Self.bearer(long)], 401),
      ("H1 another scheme", ["Authorization: Basic \(key)"], 401),
      ("H1 two", [Self.bearer(key), Self.bearer(key)], 400),
      ("H1 not ASCII", [Self.bearer("\(key)\u{301}")], 401),
      ("H4 the same to a reader", [Self.bearer(key.replacing("b", with: "\u{ff42}"))], 401),
      ("H9 from a proxy that nobody trusts", ["X-Forwarded-For: 127.0.0.1"], 401),
    ] {
      let answer = try await service.answer("GET", "/v1/info", headers: headers)
      #expect(answer.status == status, "\(row)")
      if status == 401 { #expect(answer.header("WWW-Authenticate") == "Bearer", "\(row)") }
    }
    // H3: a key in the target opens nothing, and is not logged.
    #expect(try await service.answer("GET", "/v1/info?key=\(key)").status == 401)
    // H5: 500 MB are refused before a byte of them is asked for.
    let client = try RawClient(port: service.port)
    await client.send(
      "POST /v1/diagnoses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 524288000\r\n"
        + "Content-Type: application/octet-stream\r\nExpect: 100-continue\r\n\r\n")
    #expect(try await client.answer().status == 401)
    #expect(await client.isClosedByServer())
    // H2: many are answered slowly, and the right one is not.
    var statuses: Set<Int> = []
    while !statuses.contains(429) {
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<80 { group.addTask { try await Self.status(service, "wrong") } }
        for try await status in group { statuses.insert(status) }
      }
    }
    #expect(statuses.isSubset(of: [401, 429]))
    #expect(try await Self.status(service, key) == 200)
    #expect(!service.process.logged.contains(key) && !service.process.logged.contains("SECRET"))
  }

  @Test func keysAreChangedWithoutARestart() async throws {
    let folder = try ArchiveFolder()
    let file = "\(folder.path)/keys"
    let first = try await Self.add("first", "read", to: file)
    let service = try await RunningService(["--keys-file", file])
    let second = try await Self.add("second", "read,infer", to: file)
    let names = try await BrgsaProcess.run(["keys", "list", "--keys-file", file])
    #expect(names.output == "first\tread\nsecond\tinfer,read\n")
    #expect(try await Self.status(service, second) == 401)
    service.process.signal(SIGHUP)
    _ = await service.process.logLine(with: "keys were read again")
    #expect(try await Self.status(service, second) == 200)
    let removal = ["keys", "remove", "first", "--keys-file", file]
    #expect(try await BrgsaProcess.run(removal).exitCode == 0)
    #expect(try await BrgsaProcess.run(removal).exitCode == 78)
    // A file that cannot be read changes nothing.
    chmod(file, 0o644)
    service.process.signal(SIGHUP)
    _ = await service.process.logLine(with: "could not be read again")
    #expect(try await Self.status(service, first) == 200)
    chmod(file, 0o600)
    service.process.signal(SIGHUP)
    while try await Self.status(service, first) != 401 {}
    #expect(try await Self.status(service, second) == 200)
  }

  @Test func aFileThatOthersMayReadOrThatIsWrongIsRefusedAtStart() async throws {
    let folder = try ArchiveFolder()
    let file = "\(folder.path)/keys"
    _ = try await Self.add("a", "read", to: file)
    chmod(file, 0o640)
    let open = try await BrgsaProcess.run(["serve", "--port", "0", "--keys-file", file])
    #expect(open.exitCode == 78 && open.complaints.contains("chmod 600"))
    for (text, words) in [("", "no key"), ("a b c\n", "line 1"), ("# x\n\nSECRET", "line 3")] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
      chmod(file, 0o600)
      let outcome = try await BrgsaProcess.run(["serve", "--port", "0", "--keys-file", file])
      #expect(outcome.exitCode == 78 && outcome.complaints.contains(words), "\(outcome.complaints)")
      #expect(!outcome.complaints.contains("SECRET"))
    }
    let missing = ["serve", "--port", "0", "--keys-file", "/nonexistent"]
    #expect(try await BrgsaProcess.run(missing).exitCode == 78)
    for arguments in [
      ["add", "a b", "--scopes", "read"], ["add", "a", "--scopes", "root"], ["list"],
    ] {
      #expect(try await BrgsaProcess.run(["keys"] + arguments).exitCode == 64)
    }
  }

  @Test func keysAllowListeningBeyondLoopback() async throws {
    let folder = try ArchiveFolder()
    let without = try await BrgsaProcess.run(["serve", "--port", "0", "--host", "0.0.0.0"])
    #expect(without.exitCode == 78)
    let key = try await Self.add("a", "read", to: "\(folder.path)/keys")
    let service = try await RunningService([
      "--host", "0.0.0.0", "--keys-file", "\(folder.path)/keys",
    ])
    #expect(try await Self.status(service, key) == 200)
  }

  private static func add(
    _ name: String, _ scopes: String, to file: String
  ) async throws -> String {
    let outcome = try await BrgsaProcess.run([
      "keys", "add", name, "--scopes", scopes, "--keys-file", file,
    ])
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    return String(outcome.output.dropLast())
  }

  private static func status(_ service: RunningService, _ key: String) async throws -> Int {
    try await service.answer("GET", "/v1/info", headers: [bearer(key)]).status
  }

  private static func bearer(_ key: String) -> String { "Authorization: Bearer \(key)" }
}
