/// The complete result of one evaluation, rendered by ``text``, ``json``, ``csv`` and ``html``.
public struct EvaluationReport: Sendable, Equatable {
  /// The caller's facts about model and data, shown first.
  public let facts: [ReportFact]
  /// Studies with scores and labels.
  public let studies: Int
  /// Number of independent studies: the bootstrap draws these, each with all of its rows.
  public let groupedStudies: Int
  /// A result for each label, in the cohort's order.
  public let labels: [LabelResult]
  /// Plain means over the evaluated labels; nil without any.
  ///
  /// An interval is that of the mean itself, over the labels with both classes in the sample. (The
  /// authors average the labels' bounds instead, which gives wider intervals.)
  public let means: MetricRow<Estimate>?
  /// Labels ranked against each other; nil with fewer than two labels.
  public let ranking: StudyRankingResult?
  /// Head, medium and tail, if they have evaluated labels.
  public let groups: [PrevalenceGroupResult]
  /// Components of the score; nil for only one.
  public let ablation: Ablation?
  /// Report → volume; nil if not measured.
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
  /// The name of the group with its share of positives, such as "head (≥ 10 %)".
  static func title(_ group: PrevalenceGroup, _ groups: PrevalenceGroups) -> String {
    switch group {
    case .head: "head (≥ \(FixedDecimals.percent(groups.head)) %)"
    case .medium: "medium (≥ \(FixedDecimals.percent(groups.medium)) %)"
    case .tail: "tail (< \(FixedDecimals.percent(groups.medium)) %)"
    }
  }
}
