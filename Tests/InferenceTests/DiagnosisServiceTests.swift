import Embeddings
import Encoders
import Glibc
import TestSupport
import Testing
import Volumes

@testable import Inference

@Suite struct DiagnosisServiceTests {
  @Test func ranksEveryPromptAndKeepsItsPlaceInTheRequest() async throws {
    let service = try await Self.service()
    let prompts = try Self.prompts(service, ["pleural effusion", "lung nodule", "heart"])
    let diagnosis = try await service.diagnose(Self.request(service, prompts: prompts))
    #expect(diagnosis.findings.map(\.rank) == [1, 2, 3])
    #expect(Set(diagnosis.findings.map(\.index)) == [0, 1, 2])
    let scores = diagnosis.findings.map(\.score)
    #expect(scores == scores.sorted(by: >))
    for finding in diagnosis.findings {
      #expect(finding.prompt == prompts[finding.index])
      #expect(finding.score == (finding.mean(\.direct) + finding.mean(\.bridged)) / 2)
    }
  }

  @Test func equalRequestsGiveEqualBitsAloneAndInCompany() async throws {
    let service = try await Self.service()
    let alone = try await service.diagnose(
      Self.request(service, prompts: try Self.prompts(service, ["lung nodule"])))
    let company = try await service.diagnose(
      Self.request(
        service, prompts: try Self.prompts(service, ["effusion of the heart", "lung nodule"])))
    let again = company.findings.first { $0.index == 1 }
    #expect(again?.scores == alone.findings[0].scores)
    #expect(company.volume.embedding == alone.volume.embedding)
  }

  @Test func severalWordingsGiveTheirMeanAndANegativeGivesAMargin() async throws {
    let service = try await Self.service()
    let (one, other, negative) = ("There is a nodule", "There is lung nodule", "There is no nodule")
    let diagnosis = try await service.diagnose(
      Self.request(
        service,
        prompts: [
          Prompt(label: "both", texts: [one, other], negative: negative),
          Prompt(label: "one", texts: [one]), Prompt(label: "other", texts: [other]),
          Prompt(label: "negative", texts: [negative]),
        ]))
    let byIndex = diagnosis.findings.sorted { $0.index < $1.index }
    #expect(byIndex[0].score == (byIndex[1].score + byIndex[2].score) / 2)
    #expect(byIndex[0].margin == byIndex[0].score - byIndex[3].score)
    #expect(byIndex[1].margin == nil)
  }

  @Test func topKKeepsTheBest() async throws {
    let service = try await Self.service()
    let prompts = try Self.prompts(service, ["lung nodule", "pleural effusion", "heart"])
    let all = try await service.diagnose(Self.request(service, prompts: prompts))
    let best = try await service.diagnose(Self.request(service, prompts: prompts, topK: 2))
    #expect(best.findings == Array(all.findings.prefix(2)))
  }

  @Test func cutTextsAreMarked() async throws {
    let service = try await Self.service()
    let long = "There is " + String(repeating: "nodule ", count: 120)
    let diagnosis = try await service.diagnose(
      Self.request(service, prompts: [Prompt(label: "long", texts: [long])]))
    #expect(diagnosis.findings[0].isTruncated)
    #expect(diagnosis.findings[0].tokens == 97)
  }

  @Test func refusesPromptsBeforeItReadsTheVolume() async throws {
    let service = try await Self.service()
    let limits = service.limits
    let fits = Prompt(label: "x", texts: ["There is " + Self.letters(limits.promptBytes - 9)])
    let tooLong = Prompt(label: "x", texts: ["There is " + Self.letters(limits.promptBytes - 8)])
    let cases: [([Prompt], InferenceError?)] = [
      ([], .promptsMissing),
      ([Prompt(label: "x", texts: ["Pneumonia."])], .promptEmpty(index: 0)),
      ([Prompt(label: "x", texts: ["There is gas", " . ."])], .promptEmpty(index: 0)),
      ([Prompt(label: "x", texts: [])], .promptEmpty(index: 0)),
      ([fits], nil),
      // The sentence form is not the client's to answer for.
      (
        [Prompt(Self.letters(limits.promptBytes), template: PromptTemplate("There is {term}"))], nil
      ),
      (
        [Prompt(Self.letters(limits.promptBytes + 1), template: PromptTemplate("There is {term}"))],
        .promptTooLong(index: 0, limit: limits.promptBytes, actual: limits.promptBytes + 1)
      ),
      (
        [fits, tooLong],
        .promptTooLong(index: 1, limit: limits.promptBytes, actual: limits.promptBytes + 1)
      ),
      (Array(repeating: fits, count: limits.prompts), nil),
      (
        Array(repeating: fits, count: limits.prompts + 1),
        .tooManyPrompts(limit: limits.prompts, actual: limits.prompts + 1)
      ),
    ]
    for (prompts, error) in cases {
      // A volume that is no file at all shows whether the prompts were looked at first.
      let volume = VolumeSource(fileDescriptor: -1, byteCount: 0, sha256: [], owner: 0)
      await #expect(throws: error ?? .volume(.emptyBody), "\(prompts.count) prompts") {
        try await service.diagnose(
          DiagnosisRequest(volume: .file(volume), prompts: service.admit(prompts)))
      }
    }
  }

  @Test(arguments: [0, -1, 1001])
  func refusesAnImpossibleTopK(topK: Int) async throws {
    let service = try await Self.service()
    let prompts = try Self.prompts(service, ["lung nodule"])
    await #expect(throws: InferenceError.topKOutOfRange(limit: 1000)) {
      try await service.diagnose(Self.request(service, prompts: prompts, topK: topK))
    }
  }

  @Test func refusesWorkWithoutAModel() async throws {
    let service = DiagnosisService()
    #expect(throws: InferenceError.modelLoading) { try service.takePlace() }
    await #expect(throws: ModelError.self) {
      try await service.load(directory: "/nonexistent", threads: 1)
    }
    #expect(throws: InferenceError.modelLoading) { try service.requireModel() }
  }

  @Test func cancelledWorkEndsEarly() async throws {
    let service = try await Self.service()
    let prompts = try Self.prompts(service, ["lung nodule"])
    let task = Task { try await service.diagnose(Self.request(service, prompts: prompts)) }
    task.cancel()
    await #expect(throws: InferenceError.cancelled) { _ = try await task.value }
  }

  // MARK: Helpers

  private static func service() async throws -> DiagnosisService {
    let service = DiagnosisService()
    try await service.load(directory: Fixtures.tinyModel, threads: 2)
    return service
  }

  private static func prompts(_ service: DiagnosisService, _ terms: [String]) throws -> [Prompt] {
    let template = try service.requireModel().template
    return terms.map { Prompt($0, template: template) }
  }

  private static func request(
    _ service: DiagnosisService, prompts: [Prompt], topK: Int? = nil
  ) throws -> DiagnosisRequest {
    DiagnosisRequest(
      volume: .file(volume(HostileVolumes.good().bytes())),
      prompts: try service.admit(prompts, topK: topK))
  }

  private static func volume(_ bytes: [UInt8]) -> VolumeSource {
    let spool = NIfTISpool(bytes)
    return VolumeSource(
      fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount, sha256: [1], owner: spool)
  }

  /// `count` bytes that clean to one word.
  private static func letters(_ count: Int) -> String { String(repeating: "a", count: count) }
}
