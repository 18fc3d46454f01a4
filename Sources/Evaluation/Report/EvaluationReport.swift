/// The complete result of one evaluation. It can be rendered as ``text``, ``json``, ``csv`` and ``html``.
public struct EvaluationReport: Sendable, Equatable {
  /// Facts about the model and the data that the caller provides. They come first in the report.
  public let facts: [ReportFact]
  /// The number of studies with scores and labels.
  public let studies: Int
  /// The number of independent studies. The bootstrap draws these, each with all its rows.
  public let groupedStudies: Int
  /// The result of each label, in the order of the cohort.
  public let labels: [LabelResult]
  /// The unweighted means over all evaluated labels; nil if no label was evaluated.
  ///
  /// The interval of a mean comes from its values in the samples. In each sample, the mean is taken over the labels
  /// with both classes. The authors instead average the bounds of the labels' intervals, which gives wider intervals.
  public let means: MetricRow<Estimate>?
  /// The results of ranking the labels of each study; nil if fewer than two labels can be ranked.
  public let ranking: StudyRankingResult?
  /// The results of the groups head, medium and tail. Groups without evaluated labels are omitted.
  public let groups: [PrevalenceGroupResult]
  /// The metrics of each score component; nil if only one component is available.
  public let ablation: Ablation?
  /// The retrieval metrics; nil if retrieval was not measured.
  public let retrieval: RetrievalResult?
  /// Notes about the data that readers must know.
  public let notes: [EvaluationNote]
  /// The options of the evaluation.
  public let options: EvaluationOptions
}

/// A fact at the top of a report, such as the model's name.
public struct ReportFact: Sendable, Equatable {
  /// The fact's name.
  public let name: String
  /// The fact's value.
  public let value: String

  /// Makes a fact.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension EvaluationReport {
  /// Returns the group's name with its range of prevalence, such as "head (≥ 10 %)".
  static func title(_ group: PrevalenceGroup, _ groups: PrevalenceGroups) -> String {
    switch group {
    case .head: "head (≥ \(FixedDecimals.percent(groups.head)) %)"
    case .medium: "medium (≥ \(FixedDecimals.percent(groups.medium)) %)"
    case .tail: "tail (< \(FixedDecimals.percent(groups.medium)) %)"
    }
  }
}
