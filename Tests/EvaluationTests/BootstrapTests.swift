import Testing

@testable import Evaluation

@Suite("Bootstrap")
struct BootstrapTests {
  @Test("a report depends on the seed and not on the number of tasks") func tasks() async throws {
    for golden in GoldenCohort.all.prefix(3) {
      let cohort = try golden.cohort()
      func report(seed: UInt64, tasks: Int) async throws -> EvaluationReport {
        try await EvaluationReport(
          cohort: cohort, options: EvaluationOptions(samples: 300, seed: seed, tasks: tasks))
      }
      let first = try await report(seed: 7, tasks: 1)
      for tasks in [1, 2, 3, 16] {
        let again = try await report(seed: 7, tasks: tasks)
        #expect(again.labels == first.labels && again.means == first.means, "\(tasks) tasks")
        #expect(again.ranking == first.ranking, "\(tasks) tasks")
      }
      let other = try await report(seed: 8, tasks: 2)
      #expect(other.means != first.means)
      #expect(other.means?.auroc.value == first.means?.auroc.value)
    }
  }

  @Test("the generator is SplitMix64: the published first outputs of seed 1234567") func generator()
  {
    var generator = SplitMix64(seed: 1_234_567)
    let outputs = (0..<3).map { _ in generator.next() }
    #expect(
      outputs == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
  }

  @Test("a sample draws each study as often as any other, and as many as there are") func fairness()
  {
    let resampler = Resampler(studies: (Array(0..<10), 10), samples: 4000, seed: 3, tasks: 1)
    var drawn = [Int](repeating: 0, count: 10)
    for sample in 0..<resampler.samples {
      let counts = resampler.counts(sample: sample)
      #expect(counts.reduce(0, +) == 10)
      for (study, count) in counts.enumerated() { drawn[study] += count }
    }
    // 40,000 draws: 4,000 for each study with a standard deviation of 60; five of them.
    #expect(drawn.allSatisfy { abs($0 - 4000) < 300 }, "\(drawn)")
  }

  @Test("percentiles are numpy's, linear between neighbours") func percentiles() {
    let values = [4.0, 1, 3, 2]
    #expect(Interval.percentile(0, ofSorted: values.sorted()) == 1)
    #expect(Interval.percentile(50, ofSorted: values.sorted()) == 2.5)
    #expect(Interval.percentile(100, ofSorted: values.sorted()) == 4)
    let interval = Interval(of: values)
    #expect(agree(interval?.lower, 1.075) && agree(interval?.upper, 3.925))
    #expect(Interval(of: []) == nil)
    #expect(Interval(of: [5]).map { [$0.lower, $0.upper] } == [5, 5])
  }

  @Test("one pass over counted studies measures what a drawn and sorted copy measures")
  func countsAndCopies() throws {
    for golden in GoldenCohort.all {
      let studies = golden.truth[0].count
      let resampler = Resampler(
        studies: (Array(0..<studies), studies), samples: 20, seed: golden.seed, tasks: 1)
      for (scores, truth) in zip(golden.scores, golden.truth) {
        let column = RankedColumn(scores: scores, truths: truth)
        let threshold = try #require(column.operatingPoint())
        for sample in 0..<resampler.samples {
          let counts = resampler.counts(sample: sample)
          let drawn = counts.indices.flatMap { Array(repeating: $0, count: counts[$0]) }
          let copy = RankedColumn(
            scores: drawn.map { scores[$0] }, truths: drawn.map { truth[$0] })
          let cut = copy.scores.count { $0 > threshold.point.threshold }
          let expected = copy.measure(counts: [Int](repeating: 1, count: drawn.count), cut: cut)
          let found = column.measure(counts: counts, cut: threshold.cut)
          for metric in Metric.allCases {
            #expect(agree(found?[metric], expected?[metric]), "\(golden.name), \(metric)")
          }
        }
      }
    }
  }

  @Test("no samples means no intervals, and options beyond their range are refused")
  func options() async throws {
    let report = try await Cohorts.report(scores: [[1, 2]], truth: [Cohorts.truth("01")])
    #expect(report.means?.auroc.interval == nil)
    for samples in [-1, EvaluationOptions.allowedSamples.upperBound + 1] {
      #expect(throws: EvaluationError.self) { try EvaluationOptions(samples: samples) }
    }
    for tasks in [0, EvaluationOptions.allowedTasks.upperBound + 1] {
      #expect(throws: EvaluationError.self) { try EvaluationOptions(tasks: tasks) }
    }
    let most = try EvaluationOptions(
      samples: EvaluationOptions.allowedSamples.upperBound,
      tasks: EvaluationOptions.allowedTasks.upperBound)
    #expect(most.samples == 100_000)
  }

  @Test("a sample of one class is skipped for its label, counted and noted") func skipped()
    async throws
  {
    let report = try await EvaluationReport(
      cohort: Cohorts.cohort(
        scores: [[1, 2, 3, 4], [1, 2, 3, 4]],
        truth: [Cohorts.truth("0001"), Cohorts.truth("0011")]),
      options: EvaluationOptions(samples: 200))
    let evaluation = try #require(report.labels[0].evaluation)
    // One study of four is missed by a sample with probability (3/4)^4 = 0.32.
    #expect(evaluation.skippedSamples > 30 && evaluation.skippedSamples < 100)
    #expect(evaluation.metrics.auroc.samples == 200 - evaluation.skippedSamples)
    #expect(
      report.notes.contains(
        .skippedSamples("l0", count: evaluation.skippedSamples, samples: 200)))
  }

  @Test("a cancelled evaluation stops") func cancellation() async throws {
    let cohort = try GoldenCohort.all[0].cohort()
    let options = try EvaluationOptions(samples: 100_000)
    let task = Task { try await EvaluationReport(cohort: cohort, options: options) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
