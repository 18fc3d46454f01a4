import StrictJSON
import TestSupport
import Testing

/// URLs in responses while a reverse proxy publishes the service under a path prefix. The proxy removes the prefix from
/// the path, and names it in a header.
@Suite(.timeLimit(.minutes(30))) struct PrefixTests {
  private static let prefix = "/hospital/brgsa"
  private static let header = "X-Forwarded-Prefix: \(prefix)"
  private let good = HostileVolumes.good().bytes()

  @Test func everyURLStartsWithThePrefixOfATrustedProxy() async throws {
    let service = try await RunningService([
      "--trusted-proxies", "192.0.2.1, 127.0.0.0/8", "--persist", "full",
    ])
    let diagnosis = try await service.answer(
      "POST", "/v1/diagnoses?prompt=nodule", type: "application/octet-stream", body: good,
      headers: [Self.header])
    #expect(diagnosis.status == 200)
    #expect(diagnosis.header("Location")?.hasPrefix("\(Self.prefix)/v1/diagnoses/dx_") == true)
    let volume = try await service.answer(
      "POST", "/v1/volumes", type: "application/octet-stream", body: good, headers: [Self.header])
    #expect(volume.header("Location")?.hasPrefix("\(Self.prefix)/v1/volumes/sha256-") == true)
    let set = try await service.answer(
      "PUT", "/v1/prompt-sets/own", type: "application/json",
      body: Array(#"{"prompts":["nodule"]}"#.utf8), headers: [Self.header])
    #expect(set.header("Location") == "\(Self.prefix)/v1/prompt-sets/own")
    for target in ["/nothing", "/v1/volumes/%zz", "/v1/jobs/nothing", "/problems/nonsense"] {
      let problem = try await service.answer("GET", target, headers: [Self.header])
      let code = try #require(problem.code)
      #expect(try problem.json["type"]?.text == "\(Self.prefix)/problems/\(code)", "\(target)")
    }
    let json = try await service.answer("GET", "/openapi.json", headers: [Self.header]).text
    #expect(json.contains(#""servers":[{"url":"\#(Self.prefix)"}]"#))
    let yaml = try await service.answer("GET", "/openapi.yaml", headers: [Self.header]).text
    #expect(yaml.contains("\nservers:\n  - url: \(Self.prefix)\n"))
    // Each response is for its own request: without the header there is no prefix.
    #expect(try await service.diagnose(good).header("Location")?.hasPrefix("/v1/") == true)
  }

  @Test func jobsHaveThePrefixToo() async throws {
    let service = try await RunningService(["--trusted-proxies", "127.0.0.1"])
    for (body, member, wanted) in [
      (good, "result", "\(Self.prefix)/v1/diagnoses/dx_"),
      // Its header is sound, so that the job is accepted.
      (
        Array(NIfTIGzip().member(good).dropLast(20)), "problem", "\(Self.prefix)/problems/"
      ),
    ] {
      let accepted = try await service.answer(
        "POST", "/v1/diagnoses?prompt=nodule", type: "application/octet-stream", body: body,
        headers: [Self.header, "Prefer: respond-async"])
      let place = try #require(accepted.header("Location"))
      #expect(place.hasPrefix("\(Self.prefix)/v1/jobs/"))
      let path = String(place.dropFirst(Self.prefix.utf8.count))
      let ended = try await service.answer(
        "GET", path, headers: [Self.header, "Prefer: wait=60"]
      ).json
      let found = ended[member]?.text ?? ended[member]?["type"]?.text
      #expect(found?.hasPrefix(wanted) == true, "\(member)")
      let events = try await service.answer("GET", "\(path)/events", headers: [Self.header]).text
      #expect(events.contains("\"\(wanted)"))
      let list = try await service.answer("GET", "/v1/jobs", headers: [Self.header]).text
      #expect(list.contains("\"\(wanted)"))
      let plain = try await service.answer("GET", path).text
      #expect(!plain.contains(Self.prefix))
      // The same request again, by a client that waits: it gets the result itself.
      let result = try await service.answer(
        "POST", "/v1/diagnoses?prompt=nodule", type: "application/octet-stream", body: body,
        headers: [Self.header, "Prefer: respond-async, wait=60"])
      let named = try result.header("Location") ?? result.json["type"]?.text
      #expect(named?.hasPrefix(wanted) == true)
    }
  }

  @Test func othersCannotNameAPrefix() async throws {
    for arguments in [[], ["--trusted-proxies", "192.0.2.1,10.0.0.0/8,::1"]] {
      let service = try await RunningService(arguments)
      for value in [Self.header, "X-Forwarded-Prefix: //evil.example"] {
        let answer = try await service.answer("GET", "/nothing", headers: [value])
        #expect(answer.status == 404)
        #expect(try answer.json["type"]?.text == "/problems/not-found")
      }
    }
  }

  @Test func aProxyThatSendsNoPlainPathIsRefused() async throws {
    let service = try await RunningService(["--trusted-proxies", "127.0.0.1"])
    for value in ["//evil.example", "https://evil.example", "/a, /b", "/a\"b"] {
      let answer = try await service.answer(
        "GET", "/v1/info", headers: ["X-Forwarded-Prefix: \(value)"])
      #expect(answer.status == 400 && answer.code == "malformed-request", "\(value)")
      #expect(try answer.json["detail"]?.text?.contains("X-Forwarded-Prefix") == true)
      #expect(try answer.json["type"]?.text == "/problems/malformed-request")
      #expect(!answer.text.contains("evil"))
    }
  }
}
