import StrictJSON
import TestSupport
import Testing

/// A model of another family through the real service and the command line.
@Suite struct PairServiceTests {
  private let good = HostileVolumes.good().bytes()

  @Test func findingsNameTheirKindOfScoreEverywhere() async throws {
    let service = try await RunningService(["--persist", "full"], model: Fixtures.tinyHLIP)
    let answer = try await service.diagnose(
      good, query: "prompt=pleural+effusion&prompt_set=hlip-ct-rate-16")
    #expect(answer.status == 200, "\(answer.text)")
    let body = try answer.json
    let findings = try #require(body["findings"]).elements
    #expect(findings.count == 17)
    for finding in findings {
      #expect(finding["score_kind"]?.text == "pair_softmax")
      let score = try #require(finding["score"]?.number)
      #expect((0...1).contains(score))
      #expect(finding["components"]?["negative"]?.number != nil)
      #expect(finding["components"]?["bridged"] == nil)
    }
    #expect(body["model"]?["family"]?.text == "hlip")
    #expect(body["model"]?["score_kind"]?.text == "pair_softmax")
    #expect(body["model"]?["provenance"]?["training_data"]?.text == "CT-RATE")
    let place = try #require(answer.header("Location"))
    let csv = try await service.answer("GET", place, headers: ["Accept: text/csv"])
    #expect(csv.text.split(separator: "\r\n").first?.hasSuffix("score_kind") == true)
    #expect(csv.text.contains(",pair_softmax"))
    let page = try await service.answer("GET", place, headers: ["Accept: text/html"])
    #expect(page.text.contains("against the text that denies it"))
    #expect(page.text.contains("MIT (the authors"))
  }

  @Test func whatTheModelCannotDoIsRefusedWithACode() async throws {
    let service = try await RunningService(["--persist", "full"], model: Fixtures.tinyHLIP)
    let lone = try await service.diagnose(good, query: "prompt=The+heart+is+large.")
    #expect(lone.status == 422 && lone.code == "negative-missing", "\(lone.text)")
    let diagnosis = try await service.diagnose(good)
    let place = try #require(diagnosis.header("Location"))
    let map = try await service.answer("GET", "\(place)/heatmaps/0.nii.gz")
    #expect(map.status == 422 && map.code == "model-lacks-feature", "\(map.text)")
    let features = try await service.answer("GET", "/v1/info").json["features"]?.texts ?? []
    #expect(features.contains("diagnoses") && !features.contains("heat-maps"))
    let sets = try await service.answer("GET", "/v1/prompt-sets/hlip-ct-rate-16-organ").json
    #expect(sets["source"]?.text == "model")
    #expect(sets["prompts"]?.elements.count == 16)
    #expect(sets["prompts"]?.elements.first?["negative"]?.text == "The lung shows: Not emphysema.")
  }

  @Test func theCommandLineScoresPairsAndShowsTheOrigin() async throws {
    let file = try TemporaryFile(good)
    let found = try await BrgsaProcess.run([
      "diagnose", file.path, "-p", "emphysema", "--csv", "--model", Fixtures.tinyHLIP,
    ])
    #expect(found.exitCode == 0 && found.output.contains(",pair_softmax"), "\(found.complaints)")
    let verified = try await BrgsaProcess.run(["model", "verify", Fixtures.tinyHLIP])
    #expect(verified.exitCode == 0)
    for line in ["family      hlip", "no bank", "score       pair_softmax", "license     MIT"] {
      #expect(verified.output.contains(line), "\(verified.output)")
    }
  }
}
