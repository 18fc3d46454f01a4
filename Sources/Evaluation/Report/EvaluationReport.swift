/// The complete result of one evaluation, rendered by ``text``, ``json``, ``csv`` and ``html``.
public struct EvaluationReport: Sendable, Equatable {
  /// The caller's facts about the model and the data. They are shown first.
  public let facts: [ReportFact]
  /// The number of studies that have scores and labels.
  public let studies: Int
  /// The number of independent studies. The bootstrap draws these, each with all of its rows.
  public let groupedStudies: Int
  /// A result for each label, in the cohort's order.
  public let labels: [LabelResult]
  /// The unweighted means over the evaluated labels; nil if no label was evaluated.
  ///
  /// The interval of a mean comes from the means of the samples. The mean of a sample is over the
  /// labels with both classes in that sample. (The authors average the bounds of the labels'
  /// intervals instead, which gives wider intervals.)
  public let means: MetricRow<Estimate>?
  /// The figures of labels ranked against each other; nil if there are fewer than two labels.
  public let ranking: StudyRankingResult?
  /// The groups head, medium and tail, except those without evaluated labels.
  public let groups: [PrevalenceGroupResult]
  /// The figures of each component of the score; nil if there is only one component.
  public let ablation: Ablation?
  /// The figures of retrieval; nil if retrieval was not measured.
  public let retrieval: RetrievalResult?
  /// Notes about the data that readers must know.
  public let notes: [EvaluationNote]
  /// The options of the evaluation.
  public let options: EvaluationOptions
}

/// A line at the head of a report, such as the model's name.
public struct ReportFact: Sendable, Equatable {
  /// The fact's name.
  public let name: String
  /// Its value.
  public let value: String

  /// Makes a fact.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension EvaluationReport {
  /// The name of the group with its range of prevalence, such as "head (≥ 10 %)".
  static func title(_ group: PrevalenceGroup, _ groups: PrevalenceGroups) -> String {
    switch group {
    case .head: "head (≥ \(FixedDecimals.percent(groups.head)) %)"
    case .medium: "medium (≥ \(FixedDecimals.percent(groups.medium)) %)"
    case .tail: "tail (< \(FixedDecimals.percent(groups.medium)) %)"
    }
  }
}
