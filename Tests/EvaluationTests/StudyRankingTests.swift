import Evaluation
import Testing

@Suite("Labels against each other")
struct StudyRankingTests {
  private func rank(_ scores: [[Double?]], _ truth: [String]) async throws -> StudyRankingResult {
    let report = try await Cohorts.report(scores: scores, truth: truth.map(Cohorts.truth))
    return try #require(report.ranking)
  }

  @Test("are compared by z-score, so that a large column does not always win") func zScores()
    async throws
  {
    // The second column is always larger; by z-score it wins in the second study only.
    let ranking = try await rank([[0.3, 0.1], [90, 91]], ["10", "01"])
    #expect(ranking.hitAt1?.value == 1)
    #expect(ranking.strictRecallAt1?.value == 1)
  }

  @Test("strict recall divides by the study's findings; studies without any are skipped")
  func strictRecall() async throws {
    let scores = [[3.0, 1, 2], [1, 3, 2.5], [1, 2, 3]]
    // Study 0: first label wins, two findings: 1/2. Study 1: the second wins, is no finding: 0.
    // Study 2: no findings.
    let ranking = try await rank(scores, ["110", "000", "100"])
    #expect(ranking.studiesWithPositives == 2)
    #expect(ranking.strictRecallAt1?.value == 0.25)
    #expect(ranking.hitAt1?.value == 0.5)
  }

  @Test("precision counts studies without findings and divides by three") func precision()
    async throws
  {
    let scores = [[9.0, 0], [8, 1], [7, 2], [0, 9]]
    // Study 0 ranks labels 0, 1, 2 first (all z = 1): two findings of three. Study 1 has none.
    let ranking = try await rank(scores, ["10", "10", "00", "00"])
    #expect(ranking.depth == 3)
    #expect(agree(ranking.precisionAt3?.value, (2.0 / 3 + 0) / 2))
  }

  @Test("with two labels the denominator is two") func twoLabels() async throws {
    let ranking = try await rank([[1, 2], [2, 1]], ["10", "10"])
    #expect(ranking.depth == 2)
    #expect(ranking.precisionAt3?.value == 0.5)
  }

  @Test("a missing label is no candidate, and too few known labels leave a study out of precision")
  func missing() async throws {
    let scores = [[9.0, 0, 1], [0, 9, 1], [1, 0, 9]]
    // Study 0 knows labels 1 and 2 only: label 0, which would win, is no candidate.
    let report = try await Cohorts.report(
      scores: scores, truth: [" 01", "000", "110"].map(Cohorts.truth))
    let ranking = try #require(report.ranking)
    #expect(ranking.studiesWithPositives == 3)
    #expect(ranking.hitAt1?.value == 1.0 / 3)
    #expect(report.notes.contains(.studiesWithFewLabels(count: 1, needed: 3)))
    #expect(agree(ranking.precisionAt3?.value, 1.0 / 3))
  }

  @Test("columns with unusable scores or without labels are not ranked, columns of one class are")
  func ranked() async throws {
    let ranking = try await rank(
      [[1, 2], [2, 1], [.nan, 1], [1, 2]], ["10", "00", "10", "  "])
    #expect(ranking.labels == ["l0", "l1"])
  }
}
