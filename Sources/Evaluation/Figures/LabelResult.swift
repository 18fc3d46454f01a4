/// The result of evaluating one label.
public struct LabelResult: Sendable, Equatable {
  /// The label's name as written in the table of labels.
  public let name: String
  /// The number of studies in which the label is known.
  public let studies: Int
  /// The number of studies in which the label is positive.
  public let positives: Int
  /// The metrics, or the reason why there are none.
  public let outcome: Outcome

  /// Either the metrics or the reason why there are none.
  public enum Outcome: Sendable, Equatable {
    /// The label was evaluated: both classes occur, and all scores are finite.
    case evaluated(LabelEvaluation)
    /// The label was not evaluated, for this reason.
    case gap(LabelGap)
  }

  /// The metrics; nil if the label was not evaluated.
  public var evaluation: LabelEvaluation? {
    if case .evaluated(let evaluation) = outcome { evaluation } else { nil }
  }

  /// The reason why the label was not evaluated; nil if it was.
  public var gap: LabelGap? { if case .gap(let gap) = outcome { gap } else { nil } }

  /// The fraction of positives among ``studies``; nil if no study has this label.
  public var prevalence: Double? { studies > 0 ? Double(positives) / Double(studies) : nil }
}

/// The metrics of one label.
public struct LabelEvaluation: Sendable, Equatable {
  /// The metrics over all studies in which the label is known, with intervals. All bootstrap samples use the same
  /// threshold.
  public let metrics: MetricRow<Estimate>
  /// The threshold chosen by the authors' method, and its point on the ROC curve.
  public let operatingPoint: OperatingPoint
  /// The whole ROC curve.
  public let curve: ROCCurve
  /// The number of bootstrap samples that were skipped because they contain only one class.
  public let skippedSamples: Int

  /// A study is predicted positive if its score is greater than this threshold.
  public var threshold: Double { operatingPoint.threshold }
}

/// The result of ranking the labels of each study against each other by z-scores.
public struct StudyRankingResult: Sendable, Equatable {
  /// The ranked labels. All their scores are finite, and each is known in at least one study. A label may have only one
  /// class.
  public let labels: [String]
  /// The number of studies in which at least one of ``labels`` is positive.
  public let studiesWithPositives: Int
  /// Strict Recall@1 as defined by the authors, averaged over ``studiesWithPositives``.
  ///
  /// A study's value is 0 if the label with the highest z-score is negative. Otherwise it is 1 divided by the study's
  /// number of positive labels. The average can therefore reach 1 only if every study has a single positive label.
  public let strictRecallAt1: Estimate?
  /// The fraction of ``studiesWithPositives`` in which the label with the highest z-score is positive.
  public let hitAt1: Estimate?
  /// The fraction of positive labels among the ``depth`` labels with the highest z-scores. Averaged over all studies,
  /// including those without positive labels.
  ///
  /// Studies with fewer than ``depth`` known labels are omitted, and a note counts them.
  public let precisionAt3: Estimate?
  /// The number of labels in ``precisionAt3``: 3, or the number of labels if there are fewer.
  public let depth: Int
}

/// The means over the labels in one prevalence group.
public struct PrevalenceGroupResult: Sendable, Equatable {
  /// The group.
  public let group: PrevalenceGroup
  /// The evaluated labels in the group, at least one.
  public let labels: [String]
  /// The unweighted means over these labels.
  public let metrics: MetricRow<Double>
}
