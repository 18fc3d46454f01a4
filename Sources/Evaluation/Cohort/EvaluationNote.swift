/// A fact about the data that readers of the results must know.
public enum EvaluationNote: Sendable, Equatable {
  /// Some studies have scores but no labels. They are omitted.
  case studiesWithoutLabels(count: Int)
  /// Some studies have labels but no scores. They are omitted.
  case studiesWithoutScores(count: Int)
  /// Some studies have several rows. The bootstrap draws all rows of a study together.
  case rowsDrawnTogether(rows: Int, groups: Int)
  /// The bootstrap draws each row separately, although some rows are reconstructions of the same scan.
  case rowsDrawnAlone(rows: Int, scans: Int)
  /// A column of scores is omitted, because no column of labels has its name.
  case labelWithoutTruth(String)
  /// A column of labels is omitted, because no column of scores has its name.
  case labelWithoutScores(String)
  /// Some labels in this column are missing, counted by reason. The affected studies are omitted for this label only.
  case missingLabels(String, cells: MissingCells)
  /// The label was not evaluated, for this reason.
  case notEvaluated(String, LabelGap)
  /// Some bootstrap samples contain only one class of this label. They are skipped for this label but used for the
  /// others.
  case skippedSamples(String, count: Int, samples: Int)
  /// The label is omitted from the ablation, because it could not be evaluated with this component.
  case notInAblation(String, ScoreComponent)
  /// Some studies have fewer than `needed` known labels. They are omitted from Precision@3.
  case studiesWithFewLabels(count: Int, needed: Int)
}

/// The reason why a label was not evaluated.
public enum LabelGap: Sendable, Equatable {
  /// The label is unknown in every study.
  case noLabels
  /// The label is negative in every study in which it is known.
  case noPositives(studies: Int)
  /// The label is positive in every study in which it is known.
  case noNegatives(studies: Int)
  /// Some scores are missing, NaN or infinite. Evaluating only the other studies would give results that are too good.
  case unusableScores(missing: Int, infinite: Int)
}

extension EvaluationNote {
  /// The stable code of this kind of note.
  public var code: String {
    switch self {
    case .studiesWithoutLabels: "studies-without-labels"
    case .studiesWithoutScores: "studies-without-scores"
    case .rowsDrawnTogether: "rows-drawn-together"
    case .rowsDrawnAlone: "rows-drawn-alone"
    case .labelWithoutTruth: "label-without-truth"
    case .labelWithoutScores: "label-without-scores"
    case .missingLabels: "missing-labels"
    case .notEvaluated: "not-evaluated"
    case .skippedSamples: "skipped-samples"
    case .notInAblation: "not-in-ablation"
    case .studiesWithFewLabels: "studies-with-few-labels"
    }
  }

  /// The label that the note concerns; nil if the note does not concern a single label.
  public var label: String? {
    switch self {
    case .labelWithoutTruth(let label), .labelWithoutScores(let label),
      .missingLabels(let label, _), .notEvaluated(let label, _), .skippedSamples(let label, _, _),
      .notInAblation(let label, _):
      label
    case .studiesWithoutLabels, .studiesWithoutScores, .studiesWithFewLabels,
      .rowsDrawnTogether, .rowsDrawnAlone:
      nil
    }
  }

  /// The note as one sentence without the label's name.
  public var message: String {
    switch self {
    case .studiesWithoutLabels(let count):
      "\(count) \(Self.studies(count)) with scores have no labels and are left out"
    case .studiesWithoutScores(let count):
      "\(count) \(Self.studies(count)) with labels have no scores and are left out"
    case .rowsDrawnTogether(let rows, let groups):
      "\(rows) rows belong to \(groups) independent \(Self.studies(groups)), for example as reconstructions of one scan; "
        + "the bootstrap draws studies, each with all of its rows"
    case .rowsDrawnAlone(let rows, let scans):
      "\(rows) rows come from \(scans) \(scans == 1 ? "scan" : "scans"), but the bootstrap draws each row separately, "
        + "so the intervals are too narrow"
    case .labelWithoutTruth: "scores without a column of labels are left out"
    case .labelWithoutScores: "labels without a column of scores are left out"
    case .missingLabels(_, let cells): "labels are missing: \(cells.summary)"
    case .notEvaluated(_, let gap): "no figures: \(gap.message)"
    case .skippedSamples(_, let count, let samples):
      "\(count) of \(samples) bootstrap samples have only one class and are skipped"
    case .notInAblation(_, let component):
      "left out of the ablation: no figures for \(component.rawValue)"
    case .studiesWithFewLabels(let count, let needed):
      "\(count) \(Self.studies(count)) with fewer than \(needed) known labels are left out of "
        + "Precision@\(needed)"
    }
  }

  private static func studies(_ count: Int) -> String { count == 1 ? "study" : "studies" }
}

extension LabelGap {
  /// The reason as a clause of a sentence.
  public var message: String {
    switch self {
    case .noLabels: "no study has a label"
    case .noPositives(let studies): "all \(studies) labels are negative"
    case .noNegatives(let studies): "all \(studies) labels are positive"
    case .unusableScores(let missing, let infinite):
      "\(missing) scores are missing or NaN, \(infinite) are infinite"
    }
  }
}

extension MissingCells {
  /// The number of missing cells for each reason that occurs, such as "3 empty, 1 uncertain (-1)".
  var summary: String {
    [
      (empty, "empty"), (notANumber, "nan"), (uncertain, "uncertain (-1)"),
      (unreadable, "neither 0 nor 1"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }
}
