import Evaluation
import StrictJSON
import TestSupport
import Testing

@Suite("Evaluation against scikit-learn")
struct GoldenTests {
  @Test("the golden file holds every cohort") func complete() {
    #expect(GoldenCohort.all.count == 13)
  }

  @Test("figures, thresholds and counts of each label are scikit-learn's and the authors'")
  func labels() async throws {
    for cohort in GoldenCohort.all {
      let report = try await cohort.report()
      #expect(report.labels.count == cohort.labels.count)
      for (label, golden) in zip(report.labels, cohort.labels) {
        let place: Comment = "\(cohort.name), \(label.name)"
        let evaluation = try #require(label.evaluation, place)
        #expect(evaluation.threshold == golden["threshold"]?.number, place)
        #expect(Double(label.positives) == golden["positives"]?.number, place)
        #expect(Double(label.studies) == golden["studies"]?.number, place)
        let values = try #require(golden["values"]?.numbers, place)
        for (metric, expected) in zip(Metric.allCases, values) {
          #expect(agree(evaluation.metrics[metric].value, expected), "\(place) \(metric)")
        }
      }
    }
  }

  @Test(
    "intervals are those of a recomputation on the same samples, and skipped samples are counted")
  func intervals() async throws {
    var skipped = 0
    for cohort in GoldenCohort.all {
      let report = try await cohort.report()
      for (label, golden) in zip(report.labels, cohort.labels) {
        let place: Comment = "\(cohort.name), \(label.name)"
        let evaluation = try #require(label.evaluation, place)
        #expect(Double(evaluation.skippedSamples) == golden["skipped"]?.number, place)
        skipped += evaluation.skippedSamples
        let intervals = try #require(golden["intervals"]?.array, place)
        for (metric, expected) in zip(Metric.allCases, intervals) {
          #expect(agree(evaluation.metrics[metric].interval, expected), "\(place) \(metric)")
        }
      }
    }
    #expect(skipped > 0, "No cohort of the file skips a sample, so skipping is not tested.")
  }

  @Test("means and their intervals are those of the recomputation") func means() async throws {
    for cohort in GoldenCohort.all {
      let means = try #require(try await cohort.report().means)
      let values = try #require(cohort.golden["means"]?.numbers)
      let intervals = try #require(cohort.golden["mean_intervals"]?.array)
      for (index, metric) in Metric.allCases.enumerated() {
        #expect(agree(means[metric].value, values[index]), "\(cohort.name) \(metric)")
        #expect(agree(means[metric].interval, intervals[index]), "\(cohort.name) \(metric)")
      }
    }
  }

  @Test(
    "z-scored Recall@1, Hit@1 and Precision@3 and their intervals are those of the recomputation")
  func ranking() async throws {
    for cohort in GoldenCohort.all {
      let report = try await cohort.report()
      guard let values = cohort.golden["ranking"]?.array,
        let intervals = cohort.golden["ranking_intervals"]?.array
      else {
        #expect(report.ranking == nil && cohort.scores.count == 1, "\(cohort.name)")
        continue
      }
      let ranking = try #require(report.ranking, "\(cohort.name)")
      let found = [ranking.strictRecallAt1, ranking.hitAt1, ranking.precisionAt3]
      for (index, estimate) in found.enumerated() {
        #expect(agree(estimate?.value, values[index].number), "\(cohort.name), value \(index)")
        #expect(agree(estimate?.interval, intervals[index]), "\(cohort.name), value \(index)")
      }
    }
  }

  @Test("120 tiny columns full of ties have scikit-learn's figures and the authors' threshold")
  func tiny() async throws {
    let root = try Fixtures.json("evaluation-goldens.json").object
    let cases = try #require(root?["small"]?.array).compactMap(\.object)
    #expect(cases.count == 120)
    for (index, golden) in cases.enumerated() {
      let scores = try #require(golden["scores"]?.numbers)
      let truth = try #require(golden["truth"]?.numbers)
      let report = try await Cohorts.report(scores: [scores], truth: [truth.map { $0 == 1 }])
      let evaluation = try #require(report.labels.first?.evaluation)
      #expect(evaluation.threshold == golden["threshold"]?.number, "case \(index)")
      for (metric, expected) in zip(Metric.allCases, golden["values"]?.numbers ?? []) {
        #expect(agree(evaluation.metrics[metric].value, expected), "case \(index), \(metric)")
      }
    }
  }
}
