import Evaluation
import Testing

@Suite("Figures of one label")
struct LabelFigureTests {
  private func evaluate(_ scores: [Double?], _ truth: String) async throws -> LabelResult {
    let report = try await Cohorts.report(scores: [scores], truth: [Cohorts.truth(truth)])
    return try #require(report.labels.first)
  }

  @Test("are those that one can count by hand") func byHand() async throws {
    // Best first: 1, 0, 1, 0. Pairs in order: (4 above 3, 4 above 1, 2 above 1) of 4.
    let result = try await evaluate([1, 2, 3, 4], "0101")
    let evaluation = try #require(result.evaluation)
    #expect(evaluation.metrics.auroc.value == 0.75)
    #expect(abs(evaluation.metrics.auprc.value - (1.0 + 2.0 / 3) / 2) < 1e-15)
    // Above 3: one of two positives, no negative: distance 0.5. Above 1: both and one negative: 0.5
    // as well.
    #expect(evaluation.threshold == 3)
    #expect(evaluation.metrics.accuracy.value == 0.75)
    #expect(evaluation.metrics.precision.value == 1)
    #expect(evaluation.metrics.recall.value == 0.5)
    #expect(abs(evaluation.metrics.f1.value - (2.0 / 3 + 0.8) / 2) < 1e-15)
    #expect(evaluation.operatingPoint.truePositiveRate == 0.5)
    #expect(evaluation.operatingPoint.falsePositiveRate == 0)
  }

  @Test("a tie between a positive and a negative counts half") func ties() async throws {
    let result = try await evaluate([1, 1], "01")
    let metrics = try #require(result.evaluation).metrics
    #expect(metrics.auroc.value == 0.5)
    #expect(metrics.auprc.value == 0.5)
  }

  @Test("one score for all makes nobody positive, and precision is 0") func constant() async throws
  {
    let evaluation = try #require(try await evaluate([0.5, 0.5, 0.5], "011").evaluation)
    #expect(evaluation.threshold == 0.5)
    #expect(evaluation.metrics.precision.value == 0)
    #expect(evaluation.metrics.recall.value == 0)
    #expect(evaluation.metrics.accuracy.value == 1.0 / 3)
  }

  @Test("a threshold is a score that occurs, and a score equal to it is negative")
  func strictThreshold() async throws {
    let evaluation = try #require(try await evaluate([0.1, 0.2, 0.8, 0.9], "0011").evaluation)
    #expect(evaluation.threshold == 0.2)
    #expect(evaluation.metrics.accuracy.value == 1)
  }

  @Test("rising maps of the scores change the threshold only") func monotone() async throws {
    for cohort in GoldenCohort.all {
      let before = try await Cohorts.report(scores: cohort.scores, truth: cohort.truth)
      let mapped = cohort.scores.map { $0.map { 3 * $0 * $0 * $0 + 2 * $0 } }
      let after = try await Cohorts.report(scores: mapped, truth: cohort.truth)
      for (one, other) in zip(before.labels, after.labels) {
        #expect(one.evaluation?.metrics == other.evaluation?.metrics, "\(cohort.name)")
        #expect(one.evaluation?.curve == other.evaluation?.curve, "\(cohort.name)")
      }
    }
  }

  @Test("the curve rises from (0, 0) to (1, 1), encloses the area and needs no superfluous point")
  func curve() async throws {
    for cohort in GoldenCohort.all {
      for label in try await cohort.report().labels {
        let evaluation = try #require(label.evaluation)
        let (x, y) = (evaluation.curve.falsePositiveRates, evaluation.curve.truePositiveRates)
        #expect(x.first == 0 && y.first == 0 && x.last == 1 && y.last == 1, "\(cohort.name)")
        var area = 0.0
        for (index, next) in x.indices.dropFirst().enumerated() {
          #expect(x[next] >= x[index] && y[next] >= y[index], "\(cohort.name)")
          area += (x[next] - x[index]) * (y[next] + y[index]) / 2
        }
        #expect(agree(area, evaluation.metrics.auroc.value), "\(cohort.name), \(label.name)")
      }
    }
    let perfect = try #require(try await evaluate([1, 2, 3, 4], "0011").evaluation)
    #expect(perfect.curve.falsePositiveRates == [0, 0, 1])
    #expect(perfect.curve.truePositiveRates == [0, 1, 1])
  }

  @Test(
    "columns that cannot be measured have a reason, a note and no number",
    arguments: [
      ([1, 2, 3], "000", LabelGap.noPositives(studies: 3)),
      ([1, 2, 3], "11 ", .noNegatives(studies: 2)),
      ([1, 2, 3], "   ", .noLabels),
      ([1, .nan, 3], "010", .unusableScores(missing: 1, infinite: 0)),
      ([1, nil, -.infinity], "010", .unusableScores(missing: 1, infinite: 1)),
    ] as [([Double?], String, LabelGap)])
  func gaps(scores: [Double?], truth: String, gap: LabelGap) async throws {
    let report = try await Cohorts.report(
      scores: [scores, [3, 2, 1]], truth: [Cohorts.truth(truth), Cohorts.truth("011")])
    #expect(report.labels[0].gap == gap)
    #expect(report.labels[0].evaluation == nil)
    #expect(report.notes.contains(.notEvaluated("l0", gap)))
    #expect(report.means?.auroc.value == report.labels[1].evaluation?.metrics.auroc.value)
  }

  @Test("a study without a label is left out of that column only") func missing() async throws {
    let with = try await Cohorts.report(
      scores: [[1, 9, 2, 3], [1, 2, 3, 4]],
      truth: [Cohorts.truth("0 01"), Cohorts.truth("0101")])
    let without = try await evaluate([1, 2, 3], "001")
    #expect(with.labels[0].evaluation == without.evaluation)
    #expect(with.labels[0].studies == 3)
    #expect(with.labels[1].studies == 4)
  }

  @Test("a cohort without any figures is a report, not a crash") func nothing() async throws {
    let report = try await Cohorts.report(scores: [[1, 2]], truth: [Cohorts.truth("00")])
    #expect(report.means == nil)
    #expect(report.groups.isEmpty)
    #expect(report.ranking == nil)
    #expect(!report.text.isEmpty && !report.html.isEmpty && !report.csv.isEmpty)
  }
}
