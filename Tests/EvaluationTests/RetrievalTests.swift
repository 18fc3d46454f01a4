import Evaluation
import Testing

@Suite("Retrieval")
struct RetrievalTests {
  private func result(
    ranks: [Int], gallery: Int, samples: Int = 0, tasks: Int = 2
  ) async throws -> RetrievalResult {
    let report = try await EvaluationReport(
      cohort: Cohorts.cohort(scores: [[1, 2]], truth: [Cohorts.truth("01")]),
      options: EvaluationOptions(samples: samples, tasks: tasks),
      retrieval: RetrievalRanks(ranks: ranks, gallery: gallery))
    return try #require(report.retrieval)
  }

  @Test("a volume's rank counts all others that score at least as high") func ranks() throws {
    let scores = [[0.9, 0.5, 0.1], [0.9, 0.5, 0.1], [0.2, 0.2, 0.2], [0.3, 0.3, 0.1]]
    let ranks = try RetrievalRanks(
      ranks: zip([0, 2, 1, 0], scores).map { try RetrievalRanks.rank(of: $0, in: $1) }, gallery: 3)
    #expect(ranks.ranks == [1, 3, 3, 2])
    #expect(ranks.gallery == 3)
  }

  @Test("recall counts reports whose volume is among the first k; k beyond the gallery is left out")
  func recall() async throws {
    let found = try await result(ranks: [1, 3, 5, 6, 40], gallery: 40)
    #expect(found.recalls.map(\.depth) == [1, 5, 10])
    #expect(found.recalls.map(\.recall.value) == [0.2, 0.6, 0.8])
    #expect(found.medianRank.value == 5)
    #expect(found.recalls.allSatisfy { $0.recall.interval == nil })
    #expect(try await result(ranks: [1, 4, 2, 3], gallery: 100).medianRank.value == 2.5)
    #expect(try await result(ranks: [1], gallery: 100).recalls.count == 5)
    #expect(try await result(ranks: [1], gallery: 99).recalls.count == 4)
  }

  @Test("intervals enclose the value and do not depend on the number of tasks") func intervals()
    async throws
  {
    let ranks = (0..<60).map { $0 * 7 % 50 + 1 }
    let one = try await result(ranks: ranks, gallery: 50, samples: 500, tasks: 1)
    let many = try await result(ranks: ranks, gallery: 50, samples: 500, tasks: 8)
    #expect(one == many)
    for estimate in one.recalls.map(\.recall) + [one.medianRank] {
      let interval = try #require(estimate.interval)
      #expect(interval.lower <= estimate.value && estimate.value <= interval.upper)
    }
    let certain = try await result(ranks: [1, 1, 1], gallery: 5, samples: 20)
    #expect(certain.recalls[0].recall.interval.map { [$0.lower, $0.upper] } == [1, 1])
  }

  @Test("scores and truths that do not fit are refused") func faults() {
    #expect(throws: EvaluationError.emptyRetrieval) { try RetrievalRanks(ranks: [], gallery: 0) }
    #expect(throws: EvaluationError.retrievalTruths(found: 1, expected: 2)) {
      try RetrievalRanks(ranks: [1, 1], gallery: 1, studies: ["a"])
    }
    for truth in [-1, 2, Int.min, Int.max] {
      #expect(throws: EvaluationError.retrievalTruth(report: 0, found: truth, gallery: 2)) {
        try RetrievalRanks.rank(of: truth, in: [1, 2])
      }
    }
    for score in [Double.nan, .infinity, -.infinity] {
      #expect(throws: EvaluationError.retrievalScore(report: 0)) {
        try RetrievalRanks.rank(of: 0, in: [1, score])
      }
    }
    #expect(throws: EvaluationError.retrievalTruth(report: 1, found: 4, gallery: 3)) {
      try RetrievalRanks(ranks: [1, 4], gallery: 3)
    }
  }
}
