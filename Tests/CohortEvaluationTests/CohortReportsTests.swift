import Embeddings
import TestSupport
import Testing
import Volumes

@testable import CohortEvaluation
@testable import Inference

@Suite struct CohortReportsTests {
  private static let reports = [
    "There is pleural effusion. There is lung nodule.", "Gas.", "There is a lung nodule",
    "There is " + String(repeating: "nodule ", count: 120),
  ]

  @Test func aReportIsScoredAsAPromptIs() async throws {
    let model = try LoadedModel(directory: Fixtures.tinyModel, threads: 2)
    let reports = try await CohortReports(Self.reports, model: model)
    let volumes = reports.embeddings.compactMap { $0 }
    let scores = try await reports.scores(against: volumes)
    #expect(scores.count == 4)
    for (text, row) in zip(reports.embeddings, scores) {
      let expected = text.map { text in
        volumes.map { ZeroShotScore(volume: $0, text: text).mean }
      }
      #expect(row == expected)
    }
  }

  @Test func emptyReportsHaveNoEmbeddingAndLongOnesAreCounted() async throws {
    let model = try LoadedModel(directory: Fixtures.tinyModel, threads: 2)
    let reports = try await CohortReports(Self.reports, model: model)
    #expect(reports.embeddings.map { $0 == nil } == [false, true, false, false])
    #expect(reports.truncated == 1)
  }

  @Test(arguments: [0, 1, 31, 32, 33, 70])
  func batchesChangeNothing(count: Int) async throws {
    let model = try LoadedModel(directory: Fixtures.tinyModel, threads: 2)
    let texts = (0..<count).map { Self.reports[$0.isMultiple(of: 2) ? 0 : 2] }
    let reports = try await CohortReports(texts, model: model)
    let alone = try await CohortReports(Array(Self.reports.prefix(3)), model: model)
    #expect(reports.embeddings.count == count)
    for (index, embedding) in reports.embeddings.enumerated() {
      #expect(embedding == alone.embeddings[index.isMultiple(of: 2) ? 0 : 2], "\(index)")
    }
  }
}
