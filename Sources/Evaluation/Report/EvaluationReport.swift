/// Everything that one evaluation found out; rendered by ``text``, ``json``, ``csv`` and ``html``.
public struct EvaluationReport: Sendable, Equatable {
  /// What the caller says about model and data, shown first.
  public let facts: [ReportFact]
  /// Studies with scores and labels.
  public let studies: Int
  /// How many of them are independent: the bootstrap draws these, each with all of its rows.
  public let groupedStudies: Int
  /// A result for each label, in the cohort's order.
  public let labels: [LabelResult]
  /// Plain means over the evaluated labels; nil if there are none.
  ///
  /// An interval is that of the mean itself, over the labels that have both classes in the sample.
  /// (The authors average the labels' bounds instead, which gives wider intervals.)
  public let means: MetricRow<Estimate>?
  /// Labels against each other; nil with fewer than two labels.
  public let ranking: StudyRankingResult?
  /// Head, medium and tail, as far as there are evaluated labels in them.
  public let groups: [PrevalenceGroupResult]
  /// Components of the score; nil if only one was given.
  public let ablation: Ablation?
  /// Report → volume; nil if it was not measured.
  public let retrieval: RetrievalResult?
  /// What a reader must know about the data.
  public let notes: [EvaluationNote]
  /// How it was done.
  public let options: EvaluationOptions
}

/// A line at the head of a report, such as the model's name.
public struct ReportFact: Sendable, Equatable {
  /// What it is.
  public let name: String
  /// Its value.
  public let value: String

  /// A name and a value.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension EvaluationReport {
  /// The name of the group, its labels' share of positives, such as "head (≥ 10 %)".
  static func title(_ group: PrevalenceGroup, _ groups: PrevalenceGroups) -> String {
    switch group {
    case .head: "head (≥ \(FixedDecimals.percent(groups.head)) %)"
    case .medium: "medium (≥ \(FixedDecimals.percent(groups.medium)) %)"
    case .tail: "tail (< \(FixedDecimals.percent(groups.medium)) %)"
    }
  }
}
