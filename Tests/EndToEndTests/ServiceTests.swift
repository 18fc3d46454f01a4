import Foundation
import StrictJSON
import TestSupport
import Testing

@Suite struct ServiceTests {
  @Test func probesInfoAndDescriptionAnswer() async throws {
    let service = try await RunningService()
    #expect(try await service.answer("GET", "/livez").status == 200)
    // The service is ready while it still checks its store.
    let isChecked = try await service.eventually {
      let ready = try await service.answer("GET", "/readyz")
      #expect(ready.status == 200)
      return try ready.json["checks"]?["store"]?.text != "checking"
    }
    #expect(isChecked)
    for target in ["/readyz", "/health"] {
      let answer = try await service.answer("GET", target)
      #expect(answer.status == 200)
      #expect(
        answer.text
          == #"{"status":"ready","checks":{"model":"ok","selftest":"ok","store":"ok","spool":"ok"}}"#
      )
    }
    let info = try await service.answer("GET", "/v1/info").json
    #expect(info["model"]?["embedding_dimension"]?.number == 96)
    #expect(info["limits"]?["prompts"]?.number == 256)
    let description = try await service.answer("GET", "/openapi.yaml")
    #expect(description.text.hasPrefix("openapi: 3.1"))
    let page = try await service.answer("GET", "/problems/not-nifti")
    #expect(page.text.hasPrefix("This is not a NIfTI file"))
    #expect(try await service.answer("GET", "/problems/nonsense").code == "not-found")
    #expect(try await service.answer("HEAD", "/readyz").status == 200)
  }

  @Test func whatIsWrongIsRefusedBeforeTheBodyIsRead() async throws {
    let service = try await RunningService()
    let target = "/v1/diagnoses?prompt=x"
    let good = HostileVolumes.good().bytes()
    let form = "application/x-www-form-urlencoded"
    let cases: [(RawAnswer, Int, String)] = [
      (
        try await service.answer("POST", target, type: form, body: good), 415,
        "unsupported-media-type"
      ),
      (try await service.answer("POST", target, body: good), 415, "unsupported-media-type"),
      (
        try await service.answer("POST", target, type: "application/octet-stream", body: []), 400,
        "empty-body"
      ),
      (
        try await service.answer(
          "POST", target, type: "application/octet-stream", body: good,
          headers: ["Content-Encoding: gzip"]), 415, "content-coding-unsupported"
      ),
      (try await service.answer("PUT", target), 405, "method-not-allowed"),
      (try await service.answer("GET", "/v3"), 404, "not-found"),
      (try await service.diagnose(good, query: "prompt=%00"), 400, "bad-uri"),
      (try await service.diagnose(good, query: "promt=x"), 422, "unknown-field"),
      (try await service.diagnose(good, query: ""), 422, "prompt-empty"),
      (try await service.diagnose(good, query: "prompt=%3F"), 422, "prompt-empty"),
      (try await service.diagnose(good, query: "prompt_set=x"), 422, "unknown-prompt-set"),
      (
        try await service.diagnoseForm([("request", "application/json", [123, 125])]), 400,
        "missing-field"
      ),
      (
        try await service.diagnoseForm([("volume", "", good), ("request", "", Array("{".utf8))]),
        400, "invalid-json"
      ),
    ]
    for (answer, status, code) in cases {
      #expect(answer.status == status)
      #expect(answer.code == code)
    }
    #expect(try await service.diagnose(good).status == 200)
  }

  @Test func bodyLimitHoldsAtTheLimitAndOneBeyond() async throws {
    let good = HostileVolumes.good().bytes()
    let service = try await RunningService(["--max-body", String(good.count)])
    #expect(try await service.diagnose(good).status == 200)
    let refused = try await service.diagnose(good + [0])
    #expect(refused.status == 413)
    #expect(refused.code == "body-too-large")
  }

  @Test func aFullQueueIsRefusedWithATimeToComeBack() async throws {
    let service = try await RunningService(["--queue-capacity", "0"])
    let good = HostileVolumes.good().bytes()
    var refused: RawAnswer?
    for round in 0..<50 where refused == nil {
      let answers = try await withThrowingTaskGroup(of: RawAnswer.self) { group in
        for client in 0..<16 {
          // Equal volumes would be encoded once.
          let volume = good.dropLast(2) + [UInt8(client), UInt8(round)]
          group.addTask { try await service.diagnose(Array(volume)) }
        }
        return try await group.reduce(into: [RawAnswer]()) { $0.append($1) }
      }
      #expect(answers.allSatisfy { $0.status == 200 || $0.code == "queue-full" })
      refused = answers.first { $0.status == 503 }
    }
    let answer = try #require(refused, "sixteen volumes at a time never met each other")
    #expect(Int(answer.header("Retry-After") ?? "") ?? 0 >= 1)
  }

  @Test func theSelfTestRunsAgainOnDemand() async throws {
    let service = try await RunningService()
    let answer = try await service.answer("POST", "/v1/selftest")
    #expect(answer.status == 200)
    let (result, info) = (try answer.json, try await service.answer("GET", "/readyz"))
    #expect(result["status"]?.text == "passed")
    #expect(result["volume"]?["identical"] == .bool(true))
    #expect(result["volume"]?["ms"]?.elements.count == 2)
    #expect(result["volume"]?["shape"]?.elements.count == 3)
    #expect(info.status == 200)
    #expect(try await service.answer("POST", "/v1/selftest?x=1").status == 422)
    #expect(try await service.send("POST", "/v1/selftest", "{}").status == 400)
  }

  @Test func volumesAreRefusedWhereMemoryIsShortAndTextsAreNot() async throws {
    let service = try await RunningService(["--memory-reserve", "\(1 << 50)"])
    let good = HostileVolumes.good().bytes()
    for headers in [[], ["Prefer: respond-async"]] {
      let answer = try await service.answer(
        "POST", "/v1/diagnoses?prompt=gas", type: "application/octet-stream", body: good,
        headers: headers)
      #expect(answer.status == 503 && answer.code == "memory-pressure")
      #expect(Int(answer.header("Retry-After") ?? "") ?? 0 >= 1)
    }
    let text = try await service.send("POST", "/v1/embeddings", #"{"input":["There is gas"]}"#)
    #expect(text.status == 200)
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func aSignalStopsTheServiceCleanly(signal: Int32) async throws {
    let service = try await RunningService()
    #expect(try await service.diagnose(HostileVolumes.good().bytes()).status == 200)
    service.process.signal(signal)
    let outcome = await service.process.outcome()
    #expect(outcome.exitCode == 0)
    #expect(outcome.complaints.contains("stopped"))
    let lines = outcome.complaints.split(separator: "\n")
    #expect(lines.contains { $0.contains("route=/v1/diagnoses") && $0.contains("status=200") })
  }

  @Test func aSignalInTheMiddleOfTheWorkStopsTheServiceCleanly() async throws {
    let volume = VolumesPhantom(shape: [160, 160, 60], spacing: [2, 2, 5]).stored(as: "LPS").file()
      .bytes()
    for _ in 0..<4 {
      let service = try await RunningService(["--shutdown-grace", "0"])
      let clients = (0..<6).map { _ in
        Task { try await service.diagnose(volume, query: "prompt_set=ct-rate-18") }
      }
      _ = await service.process.logLine(with: "route=/v1/diagnoses")
      service.process.signal(SIGTERM)
      let outcome = await service.process.outcome()
      #expect(outcome.wasExit)
      #expect(outcome.exitCode == 0)
      for client in clients { _ = try? await client.value }
    }
  }

  @Test func whatTheHeadDecidesIsRefusedWithoutTheBody() async throws {
    let service = try await RunningService()
    let waiting = ["Expect: 100-continue", "Content-Length: 900000000"]
    for (query, code) in [
      ("", "prompt-empty"), ("?prompt=a&top_k=0", "invalid-value"),
      ("?prompt=%3F", "prompt-empty"),
      ("?prompt=" + String(repeating: "a", count: 2049), "text-too-long"),
    ] {
      let answer = try await service.answer(
        "POST", "/v1/diagnoses\(query)", type: "application/octet-stream", headers: waiting)
      #expect(answer.code == code, "\(query.prefix(20))")
      #expect(answer.interim.isEmpty)
    }
  }

  @Test func refusalsPointAtTheClientsOwnElement() async throws {
    let service = try await RunningService()
    let answer = try await service.answer(
      "POST", "/v1/diagnoses?prompt=heart&prompt_set=ct-rate-18",
      type: "multipart/form-data; boundary=xyz",
      body: Array(
        """
        --xyz\r\nContent-Disposition: form-data; name="volume"\r\n\r\nx\r
        --xyz\r\nContent-Disposition: form-data; name="request"\r\n\r\n{"prompts":["ok","?"]}\r
        --xyz--\r\n
        """.utf8))
    #expect(answer.code == "prompt-empty")
    #expect(try answer.json["errors"]?.elements.first?["pointer"]?.text == "/prompts/1")
  }

  @Test func theRequestIDIsTakenOverAndLogged() async throws {
    let service = try await RunningService()
    let answer = try await service.answer(
      "GET", "/v1/info", headers: ["X-Request-ID: my-request.1"])
    #expect(answer.header("X-Request-ID") == "my-request.1")
    let line = try #require(await service.process.logLine(with: "my-request.1"))
    #expect(line.contains("route=/v1/info"))
    #expect(line.contains("status=200"))
  }

  @Test func aForeignPageCannotReachTheService() async throws {
    let service = try await RunningService()
    let answer = try await service.answer(
      "GET", "/v1/info", headers: ["Origin: https://example.org"])
    #expect(answer.status == 403)
    #expect(answer.code == "origin-forbidden")
  }
}
