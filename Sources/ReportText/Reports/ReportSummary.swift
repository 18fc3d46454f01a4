/// A report shortened to its abnormal findings, in the sentence form that the model was trained on.
public struct ReportSummary: Sendable, Equatable {
  /// "There is …" sentences, one for each finding, or ``RuleSummarizer/normalText``.
  public let text: String
  /// The findings that `text` names, in the report's order.
  public let findings: [ReportFinding]
  /// Number of findings that did not fit.
  public let leftOut: Int
  /// Whether sides, lobes and degrees were dropped to fit more findings.
  public let isShortened: Bool
}

/// One abnormal finding of a report.
public struct ReportFinding: Sendable, Equatable {
  /// How certain the report is.
  public enum Certainty: Sendable, Equatable {
    case present
    /// "may be compatible with", "suspicious for", "cannot be excluded".
    case possible
  }

  /// A label of the prompt sets ct-rate-18 and ct-rate-lt-15, or a common term in lower case.
  public let term: String
  /// Whether `term` is a label of these sets.
  public let isInPromptSets: Bool
  /// The report's highest certainty.
  public internal(set) var certainty: Certainty
  /// The first word for degree, size or number: "mild", "multiple"; empty without one.
  public internal(set) var degree: String
  /// The place, if the report names sides or lobes: "in the right upper lobe"; otherwise empty.
  public var location: String { places.text(for: term) }
  /// The kind of medical material, in the report's words: "port catheter, sternotomy wires";
  /// "ground-glass" for such a lung opacity; otherwise empty.
  public internal(set) var kind: String
  /// The first sentence of the report that names it, counted from 0.
  public let sentenceIndex: Int

  var places: FindingPlaces
}
