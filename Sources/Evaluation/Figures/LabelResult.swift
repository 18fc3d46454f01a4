/// What a cohort says about one label.
public struct LabelResult: Sendable, Equatable {
  /// The label as the table of labels has it.
  public let name: String
  /// Studies whose label is known.
  public let studies: Int
  /// Studies among them that have the finding.
  public let positives: Int
  /// The figures, or why there are none.
  public let outcome: Outcome

  /// Figures or a reason.
  public enum Outcome: Sendable, Equatable {
    /// Both classes were there and all scores finite.
    case evaluated(LabelEvaluation)
    /// No figures.
    case gap(LabelGap)
  }

  /// The figures, if there are any.
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
  /// Values of all studies whose label is known, and their intervals at the fixed threshold.
  public let metrics: MetricRow<Estimate>
  /// The authors' threshold and where it lies on the curve.
  public let operatingPoint: OperatingPoint
  /// The whole curve.
  public let curve: ROCCurve
  /// Bootstrap samples that held one class only.
  public let skippedSamples: Int

  /// A study is positive if its score is larger than this.
  public var threshold: Double { operatingPoint.threshold }
}

/// Labels against each other within each study, by z-scores; see the authors' two measures below.
public struct StudyRankingResult: Sendable, Equatable {
  /// The labels that were ranked: all with finite scores and at least one known label, of one class
  /// or both.
  public let labels: [String]
  /// Studies that have at least one of these findings.
  public let studiesWithPositives: Int
  /// Strict Recall@1, as the authors define it: 1 divided by the number of the study's findings if
  /// the label with the largest z-score is one of them, else 0; the mean over
  /// ``studiesWithPositives``. So it reaches 1 only if each study has one finding.
  public let strictRecallAt1: Estimate?
  /// The share of ``studiesWithPositives`` whose label with the largest z-score is one of their
  /// findings.
  public let hitAt1: Estimate?
  /// The share of findings among the labels with the three largest z-scores, over all studies,
  /// those without findings too. The denominator is ``depth`` in every study; studies with fewer
  /// known labels are left out and noted.
  public let precisionAt3: Estimate?
  /// 3, or the number of labels if there are fewer.
  public let depth: Int
}

/// Means over the labels of one prevalence group.
public struct PrevalenceGroupResult: Sendable, Equatable {
  /// Head, medium or tail.
  public let group: PrevalenceGroup
  /// The evaluated labels in it, never none.
  public let labels: [String]
  /// Plain means over these labels.
  public let metrics: MetricRow<Double>
}
