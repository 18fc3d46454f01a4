/// A cohort with sorted columns and fixed thresholds. Any sample of its studies can be evaluated quickly.
struct MeasuredCohort: Sendable {
  private let cohort: EvaluationCohort
  private let labels: [Label]
  /// The indices of the labels that ``ranking`` compares with each other.
  private let rankedLabels: [Int]
  private let ranking: StudyRanking?
  private let full: CohortSample

  private enum Label: Sendable {
    case evaluated(column: RankedColumn, point: OperatingPoint, cut: Int)
    case gap(LabelGap)
  }

  init(_ cohort: EvaluationCohort) {
    self.cohort = cohort
    labels = cohort.labels.indices.map { Self.label($0, of: cohort) }
    let columns = cohort.scores[.mean] ?? []
    rankedLabels = cohort.labels.indices.filter { label in
      columns[label].allSatisfy(\.isFinite) && cohort.truths[label].contains { $0 != nil }
    }
    // A single label always ranks first, so its ranking is meaningless.
    ranking =
      rankedLabels.count < 2
      ? nil
      : StudyRanking(
        columns: rankedLabels.map { columns[$0] }, truths: rankedLabels.map { cohort.truths[$0] })
    let everyStudyOnce = [Int](repeating: 1, count: cohort.studies.count)
    full = Self.measure(labels, ranking, counts: everyStudyOnce)
  }

  private static func label(_ label: Int, of cohort: EvaluationCohort) -> Label {
    switch cohort.column(label, component: .mean) {
    case .failure(let failure): return .gap(failure.gap)
    case .success(let column):
      guard let (point, cut) = column.operatingPoint() else { return .gap(.noLabels) }
      return .evaluated(column: column, point: point, cut: cut)
    }
  }

  /// Evaluates one bootstrap sample.
  ///
  /// - Parameter counts: How often each study occurs in the sample.
  func measure(counts: [Int]) -> CohortSample {
    Self.measure(labels, ranking, counts: counts)
  }

  private static func measure(
    _ labels: [Label], _ ranking: StudyRanking?, counts: [Int]
  ) -> CohortSample {
    CohortSample(
      labels: labels.map { label in
        guard case .evaluated(let column, _, let cut) = label else { return nil }
        return column.measure(counts: counts, cut: cut)
      },
      ranking: ranking?.measure(counts: counts) ?? StudyRankingValues())
  }

  /// Returns the result of each label. Adds notes about labels without results and about skipped samples.
  func results(samples: [CohortSample], notes: inout [EvaluationNote]) -> [LabelResult] {
    labels.indices.map { index in
      let outcome = outcome(index, samples: samples)
      let name = cohort.labels[index]
      switch outcome {
      case .gap(let gap): notes.append(.notEvaluated(name, gap))
      case .evaluated(let evaluation) where evaluation.skippedSamples > 0:
        notes.append(
          .skippedSamples(name, count: evaluation.skippedSamples, samples: samples.count))
      case .evaluated: break
      }
      return LabelResult(
        name: name, studies: cohort.truths[index].count { $0 != nil },
        positives: cohort.truths[index].count { $0 == true }, outcome: outcome)
    }
  }

  private func outcome(_ index: Int, samples: [CohortSample]) -> LabelResult.Outcome {
    switch labels[index] {
    case .gap(let gap): return .gap(gap)
    case .evaluated(let column, let point, _):
      guard let values = full.labels[index] else { return .gap(.noLabels) }
      let sampled = samples.compactMap { $0.labels[index] }
      return .evaluated(
        LabelEvaluation(
          metrics: MetricRow { metric in
            Estimate(value: values[metric], sampled: sampled.map { $0[metric] })
          },
          operatingPoint: point, curve: ROCCurve(column),
          skippedSamples: samples.count - sampled.count))
    }
  }

  /// Returns the means over all evaluated labels, with intervals from the samples; nil if no label was evaluated.
  func means(samples: [CohortSample]) -> MetricRow<Estimate>? {
    guard let values = full.mean else { return nil }
    let sampled = samples.compactMap(\.mean)
    return MetricRow { metric in
      Estimate(value: values[metric], sampled: sampled.map { $0[metric] })
    }
  }

  /// Returns the results of ranking the labels of each study; nil if fewer than two labels can be ranked.
  func rankingResult(
    samples: [CohortSample], notes: inout [EvaluationNote]
  ) -> StudyRankingResult? {
    guard let ranking else { return nil }
    let short = cohort.studies.indices.count { study in
      ranking.truths.count { $0[study] != nil } < ranking.depth
    }
    if short > 0 { notes.append(.studiesWithFewLabels(count: short, needed: ranking.depth)) }
    func estimate(_ value: (StudyRankingValues) -> Double?) -> Estimate? {
      value(full.ranking).map {
        Estimate(value: $0, sampled: samples.compactMap { value($0.ranking) })
      }
    }
    return StudyRankingResult(
      labels: rankedLabels.map { cohort.labels[$0] },
      studiesWithPositives: cohort.studies.indices.count { study in
        ranking.truths.contains { $0[study] == true }
      },
      strictRecallAt1: estimate(\.strictRecallAt1), hitAt1: estimate(\.hitAt1),
      precisionAt3: estimate(\.precisionAt3), depth: ranking.depth)
  }
}

/// The metrics of one sample of the studies.
struct CohortSample: Sendable {
  /// The metrics of each label; nil if the label was not evaluated or the sample contains only one of its classes.
  let labels: [MetricRow<Double>?]
  let ranking: StudyRankingValues

  /// The means over the labels that have metrics in this sample.
  var mean: MetricRow<Double>? { MetricRow(meanOf: labels.compactMap { $0 }) }
}
