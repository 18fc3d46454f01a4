import StrictJSON
import TestSupport
import Testing

/// What every kind of response says to browsers, and what a bad target gets.
@Suite(.timeLimit(.minutes(30))) struct ProtectionTests {
  /// As a kubelet, Prometheus and a proxy name a service without keys.
  @Test func hostsOfAClusterAndOfAProxy() async throws {
    let service = try await RunningService([
      "--allowed-hosts", "ct.example.org, *.svc.cluster.local",
    ])
    func status(_ target: String, _ host: String, _ more: String = "") async throws -> Int {
      let client = try RawClient(port: service.port)
      let head = "GET \(target) HTTP/1.1\r\nHost: \(host)\r\n\(more)Connection: close\r\n\r\n"
      await client.send(Array(head.utf8))
      return try await client.answer().status
    }
    let watched = [
      "/livez", "/readyz", "/health", "/metrics", "/v2/health/ready", "/v2/models/brgsa/ready",
    ]
    for target in watched {
      for host in ["10.244.1.7:8080", "brgsa.default.svc:8080", "other.example", "[fd00::1]:80"] {
        #expect(try await status(target, host) == 200, "\(target) \(host)")
      }
      #expect(
        try await status(target, "a.b", "Origin: http://evil.example\r\n") == 403, "\(target)")
    }
    for (host, expected) in [
      ("10.244.1.7:8080", 200), ("brgsa.default.svc:8080", 403), ("ct.example.org", 200),
      ("brgsa.default.svc.cluster.local", 200), ("svc.cluster.local", 403), ("other.example", 403),
    ] {
      #expect(try await status("/v1/info", host) == expected, "\(host)")
      #expect(try await status("http://\(host)/v1/info", "localhost") == expected, "\(host)")
    }
    for wrong in ["ct.example.org:8080", "*.*.svc", "http://x", "a b"] {
      let refused = try await BrgsaProcess.run(["serve", "--allowed-hosts", wrong, "--port", "0"])
      #expect(refused.exitCode == 78 && refused.complaints.contains("allowed-hosts"), "\(wrong)")
    }
  }

  @Test func everyKindOfResponseForbidsFramesAndOtherSites() async throws {
    let service = try await RunningService(["--persist", "full"])
    let diagnosis = try await service.diagnose(HostileVolumes.good().bytes())
    let place = try #require(diagnosis.header("Location"))
    let id = try #require(try diagnosis.json["volume"]?["id"]?.text)
    var answers: [(String, RawAnswer)] = [("diagnosis", diagnosis)]
    for (target, accept) in [
      (place, "application/json"), (place, "text/csv"), (place, "text/html"),
      (place, "application/dicom+json"), ("\(place)/heatmaps/0.nii.gz", "*/*"),
      ("/v1/volumes/\(id)/slices/axial/0.png", "*/*"), ("/v1/volumes/\(id)/embedding", "*/*"),
      ("/", "*/*"), ("/docs", "*/*"), ("/openapi.yaml", "*/*"), ("/openapi.json", "*/*"),
      ("/metrics", "*/*"),
      ("/problems/not-found", "*/*"), ("/v1/info", "*/*"), ("/livez", "*/*"), ("/v2", "*/*"),
    ] {
      let answer = try await service.answer("GET", target, headers: ["Accept: \(accept)"])
      #expect(answer.status == 200, "\(target) \(accept)")
      answers.append(("\(target) \(accept)", answer))
    }
    for target in ["/nothing", "/v1/volumes/%zz", "/v2/models/nothing"] {
      answers.append((target, try await service.answer("GET", target)))
    }
    for (name, answer) in answers {
      let policy = answer.header("Content-Security-Policy") ?? ""
      #expect(policy.contains("frame-ancestors 'none'"), "\(name)")
      #expect(policy.contains("default-src 'none'"), "\(name)")
      #expect(answer.header("Cross-Origin-Resource-Policy") == "same-origin", "\(name)")
      #expect(answer.header("X-Content-Type-Options") == "nosniff", "\(name)")
      #expect(answer.header("Referrer-Policy") == "no-referrer", "\(name)")
    }
  }

  @Test func aBadTargetUnderV2IsRefusedInTheWordsOfItsProtocol() async throws {
    let service = try await RunningService()
    let long = String(repeating: "a", count: 100_000)
    for (target, status) in [
      ("/v2/models/%zz", 400), ("/v2/%00", 400), ("/v2//models", 400), ("/v2/../v1/info", 400),
      ("/v2?%c0%af", 400), ("/%76%32/models/%zz", 400),
      ("/v2/models/\(long.prefix(17_000))/infer", 414), ("/v2/\(long.prefix(60_000))", 414),
      ("/v2?\(long)", 414), ("/v2/nothing", 404),
    ] {
      let answer = try await service.answer("GET", target)
      #expect(answer.status == status, "\(target.prefix(40))")
      let json = try answer.json
      #expect(json["error"]?.text?.isEmpty == false, "\(target.prefix(40))")
      #expect(json["code"]?.text != nil, "\(target.prefix(40))")
    }
    for target in ["/v1/%zz", "/v1/\(long)", "/v1?\(long)"] {
      let answer = try await service.answer("GET", target)
      #expect(try answer.json["error"] == nil && answer.code != nil, "\(target.prefix(40))")
    }
  }

  @Test func withKeysFiguresNeedAHostOfOursOrAKey() async throws {
    let folder = try ArchiveFolder()
    let file = "\(folder.path)/keys"
    let made = try await BrgsaProcess.run([
      "keys", "add", "m", "--scopes", "metrics", "--keys-file", file,
    ])
    let key = try #require(made.output.split(separator: "\n").first)
    let service = try await RunningService([
      "--keys-file", file, "--allowed-hosts", "ct.example.org",
    ])
    for (fields, status) in [
      ("Host: evil.example\r\n", 403), ("Host: localhost\r\nOrigin: http://evil.example\r\n", 403),
      ("Host: localhost\r\nOrigin: null\r\n", 403), ("Host: localhost\r\n", 200),
      ("Host: ct.example.org\r\n", 200),
      ("Host: evil.example\r\nAuthorization: Bearer \(key)\r\n", 200),
    ] {
      let client = try await service.sent(
        Array("GET /metrics HTTP/1.1\r\n\(fields)Connection: close\r\n\r\n".utf8))
      #expect(try await client.answer().status == status, "\(fields)")
    }
  }
}
