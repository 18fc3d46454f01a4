import Embeddings
import Encoders
import TestSupport
import Testing
import Volumes

@testable import CohortEvaluation
@testable import Inference

@Suite struct CohortRunTests {
  @Test func everyVolumeGetsTheEmbeddingAndScoresThatADiagnosisGives() async throws {
    let service = DiagnosisService()
    try await service.load(directory: Fixtures.tinyModel, threads: 2)
    let volumes = Self.volumes
    for threads in [1, 2, 3] {
      let model = try LoadedModel(directory: Fixtures.tinyModel, threads: threads)
      let prompts = Self.prompts(model)
      let cohort = try await CohortPrompts(prompts, model: model)
      let outcomes = await Self.outcomes(
        CohortRun(model: model).embeddings(of: volumes.map { Self.volume($0) }))
      #expect(outcomes.count == volumes.count, "\(threads) threads")
      for (index, bytes) in volumes.enumerated() {
        let diagnosis = try await service.diagnose(
          Self.request(bytes, service.admit(prompts)))
        let embedding = try #require(outcomes[index]).get()
        #expect(embedding == diagnosis.volume.embedding, "\(threads) threads, volume \(index)")
        let scores = cohort.scores(of: embedding)
        for finding in diagnosis.findings {
          #expect(scores[finding.index].scores == finding.scores)
          #expect(scores[finding.index].mean(\.mean) == finding.score)
        }
      }
    }
  }

  @Test func aVolumeThatIsRefusedOrGoneDoesNotStopTheOthers() async throws {
    let model = try LoadedModel(directory: Fixtures.tinyModel, threads: 2)
    let gone = CohortVolume { () throws(VolumeError) in
      throw .inputOutput(errno: 2)
    }
    let cut = Array(Self.volumes[0].dropLast())
    let cohort = [
      gone, Self.volume(Self.volumes[0]), Self.volume(cut), Self.volume(Self.volumes[1]),
    ]
    let outcomes = await Self.outcomes(CohortRun(model: model).embeddings(of: cohort))
    #expect(Self.error(outcomes[0]) == .volume(.inputOutput(errno: 2)))
    #expect(Self.error(outcomes[1]) == nil)
    #expect(
      Self.error(outcomes[2])
        == .volume(.truncatedVolume(found: cut.count, declared: Self.volumes[0].count)))
    #expect(Self.error(outcomes[3]) == nil)
    #expect(outcomes.count == 4)
  }

  @Test func noVolumesGiveNoOutcomes() async throws {
    let model = try LoadedModel(directory: Fixtures.tinyModel, threads: 1)
    let outcomes = await Self.outcomes(CohortRun(model: model).embeddings(of: []))
    #expect(outcomes.isEmpty)
  }

  @Test func whoStopsListeningStopsTheWork() async throws {
    let model = try LoadedModel(directory: Fixtures.tinyModel, threads: 1)
    let crowd = Crowd()
    let bytes = Self.volumes[0]
    let cohort = (0..<100_000).map { _ in
      CohortVolume { () throws(VolumeError) in
        crowd.enter()
        return Self.file(bytes)
      }
    }
    for await _ in CohortRun(model: model).embeddings(of: cohort) { break }
    // The lanes may finish what they have in hand, and no more.
    var opened = -1
    while opened != crowd.entered {
      opened = crowd.entered
      _ = try await CohortPrompts(Self.prompts(model), model: model)
    }
    #expect(opened < cohort.count)
  }

  @Test func noMoreVolumesAreInHandThanThereAreLanes() async throws {
    let model = try LoadedModel(directory: Fixtures.tinyModel, threads: 2)
    let crowd = Crowd()
    let bytes = Self.volumes[0]
    let cohort = (0..<40).map { _ in
      CohortVolume { () throws(VolumeError) in
        crowd.enter()
        let file = NIfTISpool(bytes)
        return OpenVolume(
          fileDescriptor: file.fileDescriptor, byteCount: file.byteCount,
          owner: Leaving(crowd, file))
      }
    }
    let outcomes = await Self.outcomes(CohortRun(model: model).embeddings(of: cohort))
    #expect(outcomes.count == 40)
    #expect((1...3).contains(crowd.most), "\(crowd.most)")
  }

  @Test func promptsThatCannotBeEncodedAreNamedByTheirPlace() async throws {
    let model = try LoadedModel(directory: Fixtures.tinyModel, threads: 1)
    let good = Prompt(label: "nodule", texts: ["There is lung nodule"])
    await #expect(throws: InferenceError.promptsMissing) {
      try await CohortPrompts([], model: model)
    }
    await #expect(throws: InferenceError.promptEmpty(index: 1)) {
      try await CohortPrompts([good, Prompt(label: "x", texts: ["Gas."])], model: model)
    }
    let many = (0..<300).map { Prompt(label: "\($0)", texts: ["There is lung nodule"]) }
    #expect(try await CohortPrompts(many, model: model).prompts.count == 300)
    let long = "There is " + String(repeating: "nodule ", count: 120)
    let cut = try await CohortPrompts([good, Prompt(label: "x", texts: [long])], model: model)
    #expect(cut.truncated == [1])
  }

  // MARK: Helpers

  private static let volumes: [[UInt8]] = {
    let good = HostileVolumes.good()
    var shifted = good
    shifted.intercept = 40
    return [good.bytes(), shifted.bytes(), VolumesPhantom.small.stored(as: "RAS").file().bytes()]
  }()

  private static func prompts(_ model: LoadedModel) -> [Prompt] {
    [
      Prompt("pleural effusion", template: model.template),
      Prompt(label: "Nodule", texts: ["There is lung nodule", "There is a nodule in the lung"]),
    ]
  }

  private static func file(_ bytes: [UInt8]) -> OpenVolume {
    let file = NIfTISpool(bytes)
    return OpenVolume(fileDescriptor: file.fileDescriptor, byteCount: file.byteCount, owner: file)
  }

  private static func volume(_ bytes: [UInt8]) -> CohortVolume {
    CohortVolume { () throws(VolumeError) in file(bytes) }
  }

  private static func request(
    _ bytes: [UInt8], _ prompts: AdmittedPrompts
  ) -> DiagnosisRequest {
    let file = NIfTISpool(bytes)
    let source = VolumeSource(
      fileDescriptor: file.fileDescriptor, byteCount: file.byteCount, sha256: [1], owner: file)
    return DiagnosisRequest(volume: .file(source), prompts: prompts)
  }

  private static func outcomes(
    _ stream: AsyncStream<CohortOutcome>
  ) async -> [Int: Result<BridgedEmbedding, InferenceError>] {
    var outcomes: [Int: Result<BridgedEmbedding, InferenceError>] = [:]
    for await outcome in stream { outcomes[outcome.index] = outcome.embedding }
    return outcomes
  }

  private static func error(
    _ outcome: Result<BridgedEmbedding, InferenceError>?
  ) -> InferenceError? {
    if case .failure(let error)? = outcome { error } else { nil }
  }
}

/// Leaves a crowd when it goes.
private final class Leaving: Sendable {
  private let crowd: Crowd
  private let file: NIfTISpool

  init(_ crowd: Crowd, _ file: NIfTISpool) {
    self.crowd = crowd
    self.file = file
  }

  deinit { crowd.leave() }
}
