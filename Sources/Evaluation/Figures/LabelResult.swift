/// The figures of one label in a cohort.
public struct LabelResult: Sendable, Equatable {
  /// The label's name in the table of labels.
  public let name: String
  /// Studies with a known label.
  public let studies: Int
  /// Studies among them with the finding.
  public let positives: Int
  /// The figures, or the reason why they are missing.
  public let outcome: Outcome

  /// Figures or a reason.
  public enum Outcome: Sendable, Equatable {
    /// Both classes occur, and all scores are finite.
    case evaluated(LabelEvaluation)
    /// No figures.
    case gap(LabelGap)
  }

  /// The figures; nil without any.
  public var evaluation: LabelEvaluation? {
    if case .evaluated(let evaluation) = outcome { evaluation } else { nil }
  }

  /// Why figures are missing; nil if they are not.
  public var gap: LabelGap? { if case .gap(let gap) = outcome { gap } else { nil } }

  /// Share of positives; nil if no label is known.
  public var prevalence: Double? { studies > 0 ? Double(positives) / Double(studies) : nil }
}

/// The figures of one label.
public struct LabelEvaluation: Sendable, Equatable {
  /// Values of all studies with a known label, and their intervals at the fixed threshold.
  public let metrics: MetricRow<Estimate>
  /// The authors' threshold and its point on the curve.
  public let operatingPoint: OperatingPoint
  /// The whole curve.
  public let curve: ROCCurve
  /// Bootstrap samples with only one class.
  public let skippedSamples: Int

  /// A study is positive if its score is greater than this.
  public var threshold: Double { operatingPoint.threshold }
}

/// Labels ranked against each other within each study, by z-scores.
public struct StudyRankingResult: Sendable, Equatable {
  /// The ranked labels: those with finite scores and at least one known label, of one class or
  /// both.
  public let labels: [String]
  /// Studies with at least one of these findings.
  public let studiesWithPositives: Int
  /// Strict Recall@1 by the authors' definition: 1 divided by the number of the study's findings if
  /// the label with the largest z-score is one of them, otherwise 0; the mean over
  /// ``studiesWithPositives``. It reaches 1 only if each study has one finding.
  public let strictRecallAt1: Estimate?
  /// The share of ``studiesWithPositives`` whose label with the largest z-score is one of their
  /// findings.
  public let hitAt1: Estimate?
  /// The share of findings among the labels with the three largest z-scores, over all studies,
  /// including those without findings. The denominator is ``depth`` in every study; studies with
  /// fewer known labels are left out and noted.
  public let precisionAt3: Estimate?
  /// 3, or the number of labels if that is smaller.
  public let depth: Int
}

/// Means over the labels of one prevalence group.
public struct PrevalenceGroupResult: Sendable, Equatable {
  /// Head, medium or tail.
  public let group: PrevalenceGroup
  /// The evaluated labels in it, at least one.
  public let labels: [String]
  /// Plain means over these labels.
  public let metrics: MetricRow<Double>
}
