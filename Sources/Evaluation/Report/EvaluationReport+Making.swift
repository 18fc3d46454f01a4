extension EvaluationReport {
  /// Evaluates `cohort`: computes the metrics from all studies, then their intervals from bootstrap samples.
  ///
  /// Thresholds are chosen once, from all studies. Z-scores are computed separately for each sample.
  ///
  /// - Parameters:
  ///   - cohort: The scores and the truth.
  ///   - options: The bootstrap and the prevalence groups.
  ///   - retrieval: The ranks of the reports' own volumes; nil if retrieval was not measured.
  ///   - facts: Facts to show at the top of the report.
  /// - Throws: `CancellationError`.
  /// - Complexity: Proportional to samples · labels · studies, after one sort for each label.
  /// - Source: the authors' bootstrap_evaluation. Comments in the code state the differences.
  public init(
    cohort: EvaluationCohort, options: EvaluationOptions, retrieval: RetrievalRanks? = nil,
    facts: [ReportFact] = []
  ) async throws {
    let measured = MeasuredCohort(cohort)
    let studies = cohort.grouping.numbered(cohort.studies)
    let resampler = Resampler(
      studies: studies, samples: options.samples,
      seed: options.seed, tasks: options.tasks)
    let samples = try await resampler.map { measured.measure(counts: $0) }
    var notes = cohort.notes
    let labels = measured.results(samples: samples, notes: &notes)
    let ablation = Ablation(cohort, notes: &notes)
    let ranking = measured.rankingResult(samples: samples, notes: &notes)
    var retrieved: RetrievalResult?
    if let retrieval {
      retrieved = try await RetrievalResult(
        retrieval, grouping: cohort.grouping, options: options)
    }
    self.init(
      facts: facts, studies: cohort.studies.count,
      groupedStudies: studies.count, labels: labels,
      means: measured.means(samples: samples), ranking: ranking,
      groups: Self.groups(labels, options.groups), ablation: ablation, retrieval: retrieved,
      notes: notes, options: options)
  }

  private static func groups(
    _ labels: [LabelResult], _ cutOffs: PrevalenceGroups
  ) -> [PrevalenceGroupResult] {
    PrevalenceGroup.allCases.compactMap { group in
      let members = labels.filter { label in
        label.evaluation != nil && label.prevalence.map(cutOffs.group(prevalence:)) == group
      }
      let rows = members.compactMap { label in
        label.evaluation.map { evaluation in
          MetricRow { metric in evaluation.metrics[metric].value }
        }
      }
      guard let metrics = MetricRow(meanOf: rows) else { return nil }
      return PrevalenceGroupResult(group: group, labels: members.map(\.name), metrics: metrics)
    }
  }
}
