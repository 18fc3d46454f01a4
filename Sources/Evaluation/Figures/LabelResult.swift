/// The figures of one label in a cohort.
public struct LabelResult: Sendable, Equatable {
  /// The label's name in the table of labels.
  public let name: String
  /// The number of studies in which the label is known.
  public let studies: Int
  /// The number of studies in which the label is positive.
  public let positives: Int
  /// The figures, or the reason why they are missing.
  public let outcome: Outcome

  /// Either figures or the reason why they are missing.
  public enum Outcome: Sendable, Equatable {
    /// The label has figures: both classes occur, and all scores are finite.
    case evaluated(LabelEvaluation)
    /// The label has no figures, for this reason.
    case gap(LabelGap)
  }

  /// The figures; nil if the label has none.
  public var evaluation: LabelEvaluation? {
    if case .evaluated(let evaluation) = outcome { evaluation } else { nil }
  }

  /// The reason why figures are missing; nil if the label has figures.
  public var gap: LabelGap? { if case .gap(let gap) = outcome { gap } else { nil } }

  /// The fraction of positives among ``studies``; nil if the label is known in no study.
  public var prevalence: Double? { studies > 0 ? Double(positives) / Double(studies) : nil }
}

/// The figures of one label.
public struct LabelEvaluation: Sendable, Equatable {
  /// The metrics over all studies with a known label, with their intervals. The threshold is the
  /// same in every bootstrap sample.
  public let metrics: MetricRow<Estimate>
  /// The threshold that the authors' method chooses, and its point on the curve.
  public let operatingPoint: OperatingPoint
  /// The whole ROC curve.
  public let curve: ROCCurve
  /// The number of bootstrap samples that were skipped because they contain only one class.
  public let skippedSamples: Int

  /// A study is positive if its score is greater than this.
  public var threshold: Double { operatingPoint.threshold }
}

/// Labels ranked against each other within each study, by z-scores.
public struct StudyRankingResult: Sendable, Equatable {
  /// The ranked labels. All their scores are finite, and the label is known in at least one study.
  /// It may have one class only.
  public let labels: [String]
  /// The number of studies in which at least one of ``labels`` is positive.
  public let studiesWithPositives: Int
  /// Strict Recall@1 by the authors' definition, averaged over ``studiesWithPositives``.
  ///
  /// The value of a study is 0 if the label with the largest z-score is not one of the study's findings. Otherwise it
  /// is 1 divided by the number of the study's findings. So the average reaches 1 only if each study has one finding.
  public let strictRecallAt1: Estimate?
  /// The fraction of ``studiesWithPositives`` in which the label with the largest z-score is one of
  /// the study's findings.
  public let hitAt1: Estimate?
  /// The fraction of findings among the ``depth`` labels with the largest z-scores, averaged over
  /// all studies, including those without findings.
  ///
  /// Studies with fewer than ``depth`` known labels are left out, and a note counts them.
  public let precisionAt3: Estimate?
  /// The number of labels that ``precisionAt3`` uses: 3, or all labels if there are fewer.
  public let depth: Int
}

/// Means over the labels of one prevalence group.
public struct PrevalenceGroupResult: Sendable, Equatable {
  /// The group.
  public let group: PrevalenceGroup
  /// The evaluated labels of the group, at least one.
  public let labels: [String]
  /// The unweighted means over these labels.
  public let metrics: MetricRow<Double>
}
