/// A report shortened to its abnormal findings, in the sentence form that the model was trained on.
public struct ReportSummary: Sendable, Equatable {
  /// One sentence of the form "There is …" for each finding. Without findings it is ``RuleSummarizer/normalText``.
  public let text: String
  /// The findings that `text` names, in the report's order.
  public let findings: [ReportFinding]
  /// The number of findings that were left out because the text would be too long.
  public let leftOut: Int
  /// True if sides, lobes and degrees were left out to make room for more findings.
  public let isShortened: Bool
}

/// One abnormal finding of a report.
public struct ReportFinding: Sendable, Equatable {
  /// How certain the report is of a finding.
  public enum Certainty: Sendable, Equatable {
    case present
    /// The report expresses doubt, for example by "may be compatible with", "suspicious for" or "cannot be excluded".
    case possible
  }

  /// The name of the finding: a label of the prompt sets `ct-rate-18` and `ct-rate-lt-15`, or
  /// another common term in lower case.
  public let term: String
  /// True if `term` is a label of these prompt sets.
  public let isInPromptSets: Bool
  /// The highest certainty with which the report mentions the finding.
  public internal(set) var certainty: Certainty
  /// The report's first word for the finding's degree, size or number, such as "mild" or
  /// "multiple"; empty if there is none.
  public internal(set) var degree: String
  /// The place, such as "in the right upper lobe"; empty if the report names no side and no lobe.
  public var location: String { places.text(for: term) }
  /// The kind of medical material in the report's words, such as "port catheter, sternotomy wires".
  /// For a lung opacity of ground glass it is "ground-glass", for all other findings it is empty.
  public internal(set) var kind: String
  /// The number of the first sentence that names the finding, counted from 0.
  public let sentenceIndex: Int

  var places: FindingPlaces
}
