import Calibrations
import Embeddings
import Encoders
import Glibc
import StrictJSON
import TestSupport
import Testing
import Volumes

@testable import Inference

/// Findings of a model that compares a text that states a finding with one that denies it.
@Suite("Scores of pairs") struct PairScoreTests {
  private static let scorer = PairSoftmaxScorer(scale: 20)

  private static func cosines(_ volume: [Float], _ text: [Float]) throws -> ZeroShotScore {
    func same(_ values: [Float]) throws -> BridgedEmbedding {
      let embedding = try #require(Embedding(values))
      return BridgedEmbedding(direct: embedding, bridged: embedding)
    }
    return ZeroShotScore(volume: try same(volume), text: try same(text))
  }

  @Test("A score is the softmax of both scaled cosines") func softmax() throws {
    let stated = try Self.cosines([1, 2, -1], [0.5, 1, 1])
    let denied = try Self.cosines([1, 2, -1], [1, 0, 0])
    let weights = [stated, denied].map { exp(20 * Double($0.direct)) }
    let wanted = weights[0] / (weights[0] + weights[1])
    #expect(abs(Double(Self.scorer.score(stated, negative: denied)) - wanted) < 1e-7)
    #expect(
      abs(
        Self.scorer.score(stated, negative: denied) + Self.scorer.score(denied, negative: stated)
          - 1)
        < 1e-6)
    #expect(Self.scorer.score(stated, negative: stated) == 0.5)
    #expect(Self.scorer.margin(0.5, negative: denied) == nil)
  }

  @Test("The direction of a pair orders volumes like their scores") func direction() throws {
    // With a larger scale, many scores would round to 1.
    let scorer = PairSoftmaxScorer(scale: 2)
    let texts = try [[1, 2, 0], [0, 1, 3]].map { try #require(Embedding($0)) }
    let direction = try #require(
      scorer.directions([texts[0]], negative: texts[1])?.first)
    var found: [(score: Float, product: Float)] = []
    for step in 0..<40 {
      let angle = Float(step) / 6
      let volume: [Float] = [cosf(angle), sinf(angle), cosf(3 * angle)]
      let score = scorer.score(
        try Self.cosines(volume, texts[0].values),
        negative: try Self.cosines(volume, texts[1].values))
      found.append((score, try #require(Embedding(volume)).cosine(direction)))
    }
    let byScore = found.sorted { $0.score < $1.score }.map(\.product)
    #expect(zip(byScore, byScore.dropFirst()).allSatisfy { $0 <= $1 + 1e-5 })
    #expect(scorer.directions(texts, negative: texts[0]) == nil)
  }

  @Test("Terms get both sentences from the templates; a negated term is turned round")
  func templates() {
    let template = PromptTemplate("Shows: {term}.", negative: "Shows: Not {term}.")
    let effusion = Prompt("?pleural effusion", template: template)
    #expect(effusion.texts == ["Shows: pleural effusion."])
    #expect(effusion.negative == "Shows: Not pleural effusion.")
    let none = Prompt("no pleural effusion", template: template)
    #expect(none.texts == ["Shows: Not pleural effusion."])
    #expect(none.negative == "Shows: pleural effusion.")
    #expect(Prompt("The heart is large.", template: template).negative == nil)
    #expect(Prompt("effusion", template: PromptTemplate("There is {term}")).negative == nil)
  }

  @Test("The model's scores are those of the authors' code") func goldens() async throws {
    let loaded = try LoadedModel(directory: Fixtures.tinyHLIP, threads: 2)
    let file = try ModelTensorFile(fixture: "hlip-goldens.safetensors")
    let values = try file.floats("base.embedding")
    let volume = try loaded.bridged(values)
    guard let pairs = try Fixtures.json("hlip-goldens.json")["pairs"]?.array else {
      throw FixtureError.malformed("hlip-goldens.json")
    }
    #expect(pairs.count == 32)
    for pair in pairs {
      let texts = ["text", "negative"].map { loaded.model.tokenizer.tokenize(pair[$0]?.text ?? "") }
      let embeddings = try loaded.embeddings(of: texts)
      let found = loaded.scorer.score(
        ZeroShotScore(volume: volume, text: embeddings[0]),
        negative: ZeroShotScore(volume: volume, text: embeddings[1]))
      #expect(abs(Double(found) - (pair["score"]?.number ?? .nan)) < 1e-5)
    }
  }

  @Test("The model's sets, a template and an object can be scored; a lone sentence cannot")
  func prompts() async throws {
    let service = try await Self.service()
    let model = try service.requireModel()
    let set = try #require(model.promptSet(named: "hlip-ct-rate-16-organ"))
    let prompts =
      set.prompts(model.template) + [
        Prompt("hernia", template: model.template),
        Prompt(
          label: "own", texts: ["The heart is large.", "Large heart."], negative: "Normal heart."),
      ]
    let diagnosis = try await service.diagnose(Self.request(service, prompts))
    #expect(diagnosis.findings.count == 18)
    for finding in diagnosis.findings {
      #expect((0...1).contains(finding.score) && finding.margin == nil)
      #expect(finding.negative != nil)
    }
    #expect(throws: InferenceError.negativeMissing(index: 1)) {
      try service.admit([prompts[0], Prompt("The heart is large.", template: model.template)])
    }
    #expect(model.notice.contains("denies it"))
  }

  @Test("Heat maps are refused, and slices are not") func features() async throws {
    let service = try await Self.service()
    let model = try service.requireModel()
    #expect(model.features.isEmpty)
    let prompts = try service.admit([Prompt("hernia", template: model.template)])
    await #expect(throws: InferenceError.unsupported(.heatMaps)) {
      try await service.heatMap(of: prompts, over: Self.volume())
    }
    await #expect(throws: InferenceError.unsupported(.heatMaps)) {
      try await service.similarityMaps(of: "sha256-0", findings: [["a"]])
    }
    #expect(try LoadedModel(directory: Fixtures.tinyModel, threads: 1).features == [.heatMaps])
  }

  @Test("A threshold belongs to both texts and to this kind of score") func thresholds() throws {
    let model = try LoadedModel(directory: Fixtures.tinyHLIP, threads: 1)
    func calibration(_ score: String) throws(CalibrationError) -> Calibration {
      try Calibration(
        name: "ward", modelSHA256: model.model.fingerprint, score: score,
        method: "closest-to-corner", cohort: .init(name: "c", studies: 9, note: ""),
        thresholds: [
          .init(
            label: "Emphysema", text: "The volume shows: Emphysema.",
            negative: score == "pair_softmax" ? "The volume shows: Not emphysema." : nil,
            threshold: 0.5, studies: 9, positives: 3)
        ])
    }
    let loaded = try model.load(calibration("pair_softmax"), source: .site)
    let admitted = try model.admit(
      [Prompt("emphysema", template: model.template)], topK: nil, InferenceLimits())[0]
    #expect(loaded.threshold(for: admitted.texts, negative: admitted.negative) == 0.5)
    #expect(loaded.threshold(for: admitted.texts) == nil)
    #expect(throws: CalibrationError.otherScore("pair_softmax")) {
      try model.load(calibration("cosine_mean"), source: .site)
    }
    let text = String(decoding: try calibration("pair_softmax").bytes, as: UTF8.self)
    #expect(text.contains("The volume shows: Not emphysema."))
  }

  // MARK: Helpers

  private static func service() async throws -> DiagnosisService {
    let service = DiagnosisService()
    try await service.load(directory: Fixtures.tinyHLIP, threads: 2)
    return service
  }

  private static func volume() -> VolumeSource {
    let spool = NIfTISpool(HostileVolumes.good().bytes())
    return VolumeSource(
      fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount, sha256: [1], owner: spool)
  }

  private static func request(
    _ service: DiagnosisService, _ prompts: [Prompt]
  ) throws -> DiagnosisRequest {
    DiagnosisRequest(volume: .file(volume()), prompts: try service.admit(prompts))
  }
}
