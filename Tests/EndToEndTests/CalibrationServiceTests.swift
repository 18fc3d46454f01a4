import Foundation
import StrictJSON
import TestSupport
import Testing

@Suite struct CalibrationServiceTests {
  private let good = HostileVolumes.good().bytes()
  private let text = "There is lung nodule"

  @Test func aSitesThresholdsMakeFindingsPositiveStrictlyAboveThem() async throws {
    let service = try await RunningService()
    let model = try await service.modelSHA256()
    let plain = try await finding(service, "none")
    #expect(plain.threshold == .null && plain.positive == .null && plain.calibration == .null)
    let score = Float(try #require(plain.score.number))
    for (name, threshold, positive) in [
      ("at", score, false), ("below", score.nextDown, true), ("above", score.nextUp, false),
    ] {
      let document = Self.document(name, model, [(text, threshold)])
      let stored = try await service.put(document, as: name)
      #expect(stored.status == 201)
      #expect(stored.header("Location") == "/v1/calibrations/\(name)")
      let digest = ModelDigest.sha256(document)
      #expect(try stored.json["sha256"]?.text == digest)
      #expect(try stored.json["entries"] == 1)
      let found = try await finding(service, name)
      #expect(found.score == plain.score)
      #expect(found.threshold == .float(threshold))
      #expect(found.positive == .bool(positive))
      #expect(
        found.calibration
          == ["name": .string(name), "sha256": .string(digest), "source": "site"])
    }
    let again = try await service.put(Self.document("at", model, [(text, 1)]), as: "at")
    #expect(again.status == 200)
    #expect(try await finding(service, "at").positive == false)
  }

  @Test func whatWasStoredIsThereAfterAKillUntilItIsDeleted() async throws {
    let folder = "/tmp/brgsa-test-calibrations-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let first = try await RunningService(calibrations: folder)
    let document = Self.document("ward-7", try await first.modelSHA256(), [(text, -1)])
    #expect(try await first.put(document, as: "ward-7").status == 201)
    first.process.signal(SIGKILL)
    _ = await first.process.outcome()
    // What a process that is killed in the middle of a PUT leaves.
    try Data(document.dropLast()).write(to: URL(fileURLWithPath: "\(folder)/.ward-8.1f"))
    try Data(document.dropLast()).write(to: URL(fileURLWithPath: "\(folder)/broken.json"))
    let second = try await RunningService(["--calibration", "ward-7"], calibrations: folder)
    #expect(await second.process.logLine(with: "broken.json") != nil)
    #expect(!second.process.logged.contains("ward-8"))
    #expect(try await second.answer("GET", "/v1/calibrations/ward-7").body == document)
    #expect(try await finding(second, nil).positive == true)
    #expect(try await finding(second, "none").positive == .null)
    let list = try await second.answer("GET", "/v1/calibrations").json
    let listed = try #require(list["calibrations"]).elements
    #expect(listed.map { $0["name"] } == ["ward-7"])
    #expect(list["default"] == "ward-7")
    let info = try await second.answer("GET", "/v1/info").json
    #expect(info["model"]?["calibration"]?["name"] == "ward-7")
    #expect(try await second.answer("DELETE", "/v1/calibrations/ward-7").status == 204)
    #expect(try await second.answer("GET", "/v1/calibrations/ward-7").code == "not-found")
    #expect(try await second.answer("DELETE", "/v1/calibrations/ward-7").code == "not-found")
    // The service's own choice is gone: findings say so and go on.
    #expect(try await finding(second, nil).calibration == .null)
    let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    // The draft went when the service started.
    #expect(left == ["broken.json"])
  }

  @Test func aStoreTakesOverTheFolderAndSurvivesAKill() async throws {
    let files = try ArchiveFolder()
    let folder = "\(files.path)/calibrations"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let model = try await RunningService().modelSHA256()
    let file = Self.document("ward-6", model, [(text, -1)])
    try FixtureFile.write(file, to: "\(folder)/ward-6.json")
    let first = try await RunningService(calibrations: folder, store: files.store)
    #expect(await first.process.logLine(with: "calibration imported into the store") != nil)
    let document = Self.document("ward-7", model, [(text, 1)])
    #expect(try await first.put(document, as: "ward-7").status == 201)
    #expect(
      try await first.put(Self.document("ward-6", model, [(text, 1)]), as: "ward-6").status == 200)
    first.process.signal(SIGKILL)
    _ = await first.process.outcome()

    let second = try await RunningService(calibrations: folder, store: files.store)
    #expect(await second.process.logLine(with: "the store has another calibration") != nil)
    #expect(try await second.answer("GET", "/v1/calibrations/ward-7").body == document)
    for name in ["ward-6", "ward-7"] {
      #expect(try await finding(second, name).positive == false)
    }
    #expect(try await second.answer("DELETE", "/v1/calibrations/ward-6").status == 204)
    second.process.signal(SIGKILL)
    _ = await second.process.outcome()

    let third = try await RunningService(calibrations: folder, store: files.store)
    #expect(await third.process.logLine(with: "was deleted") != nil)
    #expect(try await third.answer("GET", "/v1/calibrations/ward-6").code == "not-found")
    // The folder is only read.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["ward-6.json"])
    #expect(try FixtureFile.read("\(folder)/ward-6.json") == file)
  }

  @Test func theModelsOwnThresholdsAreUsedUnlessOthersAreNamed() async throws {
    let folder = try ModelFolder()
    defer { folder.remove("calibration.json") }
    let model = try await RunningService().modelSHA256()
    try folder.write(
      Self.document("validation", model, [(text, -1)]), as: "calibration.json")
    let service = try await RunningService(model: folder.path)
    for name in [nil, "model"] {
      let found = try await finding(service, name)
      #expect(found.positive == true)
      #expect(found.calibration["source"] == "model")
      #expect(found.calibration["name"] == "validation")
    }
    #expect(try await service.modelSHA256() == model)
    #expect(try await finding(service, "none").calibration == .null)
    #expect(try await service.answer("GET", "/v1/calibrations/model").status == 200)
    #expect(try await service.answer("DELETE", "/v1/calibrations/model").code == "conflict")
    // Other wordings have no threshold, a form's option counts as the query's does.
    let form = try await service.diagnoseForm([
      ("volume", "application/octet-stream", good),
      (
        "request", "application/json",
        Array(
          """
          {"prompts":["Lung NODULE",{"text":"There is gas"},{"texts":["\(text)","\(text)"]}],
          "options":{"calibration":"model"}}
          """.utf8)
      ),
    ])
    let findings = try #require(try form.json["findings"]).elements
    #expect(
      findings.sorted { ($0["index"]?.number ?? 0) < ($1["index"]?.number ?? 0) }
        .map { $0["positive"] } == [true, .null, .null])
  }

  @Test func whatDoesNotFitIsRefused() async throws {
    let service = try await RunningService()
    let model = try await service.modelSHA256()
    let foreign = String(repeating: "0", count: 64)
    let fitting = Self.document("ward-7", model, [(text, 0)])
    let padding = [UInt8](repeating: 32, count: 65_536 - fitting.count)
    let cases: [(name: String, body: [UInt8], status: Int, code: String?, pointer: String?)] = [
      ("ward-7", Self.document("ward-7", foreign, [(text, 0)]), 409, "conflict", "/model_sha256"),
      ("ward-8", fitting, 422, "invalid-value", "/name"),
      ("model", Self.document("model", model, [(text, 0)]), 422, "invalid-value", "/name"),
      ("none", Self.document("none", model, [(text, 0)]), 422, "invalid-value", "/name"),
      (
        "ward-7", Self.document("ward-7", model, [("There is gas", 0), ("there is GAS", 1)]), 422,
        "invalid-value", "/thresholds/1/text"
      ),
      ("ward-7", [123], 400, "invalid-json", nil), ("ward-7", [], 400, "empty-body", nil),
      ("ward-7", fitting + padding + [32], 413, "body-too-large", nil),
      ("ward-7", fitting + padding, 201, nil, nil),
    ]
    for (name, body, status, code, pointer) in cases {
      let answer = try await service.put(body, as: name)
      #expect(answer.status == status)
      #expect(code == nil || answer.code == code, "\(answer.text)")
      #expect(try answer.json["errors"]?.elements.first?["pointer"]?.text == pointer)
    }
    let untyped = try await service.answer("PUT", "/v1/calibrations/ward-7", body: fitting)
    #expect(untyped.code == "unsupported-media-type")
    #expect(untyped.text.contains("application/json"))
    for name in ["nobody", "model", "", "..%2e"] {
      let answer = try await service.diagnose(good, query: "prompt=gas&calibration=\(name)")
      #expect(answer.status == 422)
      #expect(answer.code == "unknown-calibration")
      #expect(try answer.json["errors"]?.elements.first?["pointer"] == "/options/calibration")
    }
    #expect(try await service.answer("POST", "/v1/calibrations").status == 405)
  }

  @Test func concurrentPutsAndDiagnosesSeeWholeCalibrationsOnly() async throws {
    let service = try await RunningService()
    let model = try await service.modelSHA256()
    let documents = (0..<12).map { Self.document("ward-7", model, [(text, Float($0) / 16)]) }
    #expect(try await service.put(documents[0], as: "ward-7").status == 201)
    let known = Dictionary(
      uniqueKeysWithValues: documents.enumerated().map {
        (ModelDigest.sha256($1), JSON.float(Float($0) / 16))
      })
    try await withThrowingTaskGroup(of: Void.self) { group in
      for document in documents {
        group.addTask {
          let answer = try await service.put(document, as: "ward-7")
          #expect(answer.status == 200)
        }
        group.addTask {
          let found = try await finding(service, "ward-7")
          let digest = try #require(found.calibration["sha256"]?.text)
          #expect(known[digest] == found.threshold)
        }
      }
      try await group.waitForAll()
    }
    let last = try await service.answer("GET", "/v1/calibrations/ward-7").body
    #expect(documents.contains(last))
  }

  // MARK: Helpers

  private struct Found {
    let score: JSON
    let threshold: JSON
    let positive: JSON
    let calibration: JSON
  }

  /// The finding for ``text``, with the calibration called `name`.
  private func finding(_ service: RunningService, _ name: String?) async throws -> Found {
    let choice = name.map { "&calibration=\($0)" } ?? ""
    let answer = try await service.diagnose(good, query: "prompt=lung+nodule\(choice)")
    let body = try answer.json
    let finding = try #require(body["findings"]?.elements.first, "\(answer.text)")
    return Found(
      score: try #require(finding["score"]), threshold: try #require(finding["threshold"]),
      positive: try #require(finding["positive"]),
      calibration: try #require(body["model"]?["calibration"]))
  }

  static func document(
    _ name: String, _ model: String, _ thresholds: [(text: String, threshold: Float)]
  ) -> [UInt8] {
    let document: JSON = [
      "format": "brgsa-calibration/1", "name": .string(name), "model_sha256": .string(model),
      "score": "cosine_mean", "method": "closest-to-corner",
      "cohort": ["name": "tests", "studies": 4, "note": ""],
      "thresholds": .array(
        thresholds.map {
          [
            "label": "x", "text": .string($0.text), "threshold": .float($0.threshold),
            "studies": 4, "positives": 2,
          ]
        }),
    ]
    return document.bytes
  }
}

extension RunningService {
  /// Stores a calibration.
  func put(_ document: [UInt8], as name: String) async throws -> RawAnswer {
    try await answer(
      "PUT", "/v1/calibrations/\(name)", type: "application/json", body: document)
  }

  func modelSHA256() async throws -> String {
    try #require(try await answer("GET", "/v1/info").json["model"]?["sha256"]?.text)
  }
}
