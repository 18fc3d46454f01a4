import Foundation
import StrictJSON
import TestSupport
import Testing

@Suite struct DiagnosisTests {
  private let good = HostileVolumes.good().bytes()

  @Test func oneRequestGivesFindingsInTheContractsShape() async throws {
    let service = try await RunningService()
    let answer = try await service.diagnose(
      good, query: "prompt=pleural+effusion&prompt=lung%20nodule&all_components=true")
    #expect(answer.status == 200)
    #expect(answer.header("Content-Type") == "application/json")
    #expect(answer.header("Cache-Control") == "no-store")
    #expect(answer.header("Server-Timing")?.contains("encode_volume;dur=") == true)
    let body = try answer.json
    #expect(
      body.members.map(\.key) == [
        "id", "created_at", "volume", "model", "findings", "cache", "timings_ms", "notice",
      ])
    let findings = try #require(body["findings"]).elements
    #expect(findings.count == 2)
    for finding in findings {
      guard case .object(let members) = finding else { continue }
      #expect(
        members.members.map(\.key) == [
          "rank", "index", "label", "text", "score", "score_kind", "components", "margin",
          "percentile", "threshold", "positive", "decision", "tokens", "truncated",
        ])
      let components = try #require(finding["components"])
      let direct = try #require(components["direct"]?.number)
      let bridged = try #require(components["bridged"]?.number)
      let score = try #require(finding["score"]?.number)
      #expect(abs(score - (direct + bridged) / 2) < 1e-7)
      #expect(components["bridged_both"]?.number != nil)
    }
    #expect(
      Set(findings.compactMap { $0["text"]?.text }) == [
        "There is pleural effusion", "There is lung nodule",
      ])
    let volume = try #require(body["volume"])
    #expect(volume["orientation"]?.text == "LPS")
    #expect(volume["spacing_mm"] == [16, .double(18.5), 20])
    #expect(body["model"]?["recipe"]?.text == "lps/6.0x6.0x12.0/64x64x32/-1000..1000@1")
    #expect(body["notice"]?.text?.contains("random weights") == true)
  }

  @Test func commandLineAndRouteGiveTheSameObject() async throws {
    let service = try await RunningService()
    let file = try TemporaryFile(good)
    let outcome = try await BrgsaProcess.run([
      "diagnose", file.path, "-p", "lung nodule", "--prompt-set", "ct-rate-18", "--json",
      "--all-components", "--include-embedding", "--model", Fixtures.tinyModel,
    ])
    #expect(outcome.exitCode == 0)
    let answer = try await service.diagnose(
      good,
      query:
        "prompt=lung+nodule&prompt_set=ct-rate-18&all_components=true&include_embedding=true")
    #expect(try Self.stable(Array(outcome.output.utf8)) == Self.stable(answer.body))
  }

  @Test func equalRequestsGiveEqualBytesForAnyNumberOfThreads() async throws {
    var bodies: [[UInt8]] = []
    for threads in ["1", "2", "3"] {
      let service = try await RunningService(["--threads", threads])
      for _ in 0..<2 {
        bodies.append(try Self.stable(try await service.diagnose(good).body))
      }
    }
    #expect(Set(bodies).count == 1)
  }

  @Test func formsAreReadInEitherOrder() async throws {
    let service = try await RunningService()
    let json = """
      {"prompts":["heart",{"label":"Nodule","texts":["There is a nodule","There are nodules"],
      "negative":"There is no nodule"}],"options":{"top_k":2}}
      """
    let volume = (name: "volume", type: "application/octet-stream", body: good)
    let request = (name: "request", type: "application/json", body: Array(json.utf8))
    let first = try await service.diagnoseForm([volume, request])
    let second = try await service.diagnoseForm([request, volume])
    #expect(first.status == 200)
    #expect(try Self.stable(first.body) == Self.stable(second.body))
    let findings = try #require(try first.json["findings"]).elements
    let nodule = try #require(findings.first { $0["label"]?.text == "Nodule" })
    #expect(nodule["stability"]?["scores"]?.elements.count == 2)
    #expect(nodule["margin"]?.number != nil)
  }

  @Test func volumesWaitForEachOtherAndAllAreAnswered() async throws {
    let service = try await RunningService()
    let alone = try Self.stable(try await service.diagnose(good).body)
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<12 {
        group.addTask { [good] in try Self.stable(try await service.diagnose(good).body) }
      }
      for try await body in group { #expect(body == alone) }
    }
  }

  @Test func aLongUploadStaysOutOfMemory() async throws {
    let service = try await RunningService()
    _ = try await service.diagnose(good)
    let before = service.process.memory.peak
    // 64 MiB that are refused only when all of them have come: a header that declares one byte less.
    var file = [UInt8](repeating: 0, count: 64 << 20)
    file.replaceSubrange(0..<good.count, with: good)
    let answer = try await service.diagnose(file)
    #expect(answer.code == "trailing-data")
    #expect(service.process.memory.peak - before < 16 << 20)
  }

  /// The parts of a body that may not change from one answer to the next.
  private static func stable(_ body: [UInt8]) throws -> [UInt8] {
    guard case .object(let object) = try JSON(parsing: body.drop { $0 == 10 }) else { return [] }
    let volatile: Set = ["id", "created_at", "timings_ms", "cache"]
    return JSON.object(JSONObject(object.members.filter { !volatile.contains($0.key) })).bytes
  }
}

/// A file that is gone when the test is.
final class TemporaryFile: Sendable {
  let path: String

  init(_ bytes: [UInt8], suffix: String = ".nii") throws {
    path = "/tmp/brgsa-test-\(UUID().uuidString)\(suffix)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  deinit { unlink(path) }
}
