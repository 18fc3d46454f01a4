/// A report reduced to its abnormal findings, in the sentence form that the model was trained on.
public struct ReportSummary: Sendable, Equatable {
  /// One sentence of the form "There is …" for each finding. If nothing was found, ``RuleSummarizer/normalText``.
  public let text: String
  /// The findings in `text`, in the order of the report.
  public let findings: [ReportFinding]
  /// The number of findings that were omitted because they do not fit into the model's input.
  public let leftOut: Int
  /// True if sides, lobes or degrees were omitted to make room for more findings.
  public let isShortened: Bool
}

/// One abnormal finding of a report.
public struct ReportFinding: Sendable, Equatable {
  /// How certain the report is about a finding.
  public enum Certainty: Sendable, Equatable {
    case present
    /// The report expresses doubt, with words such as "may be compatible with", "suspicious for" or "cannot be
    /// excluded".
    case possible
  }

  /// The name of the finding: a label of the prompt sets `ct-rate-18` and `ct-rate-lt-15`, or another common term in
  /// lower case.
  public let term: String
  /// True if `term` is a label of those prompt sets.
  public let isInPromptSets: Bool
  /// The highest certainty that the report expresses about the finding.
  public internal(set) var certainty: Certainty
  /// The first word in the report for the finding's degree, size or number, such as "mild" or "multiple"; empty if it
  /// has none.
  public internal(set) var degree: String
  /// The location, such as "in the right upper lobe"; empty if the report names neither a side nor a lobe.
  public var location: String { places.text(for: term) }
  /// For medical material, its kind in the report's words, such as "port catheter, sternotomy wires". For a
  /// ground-glass lung opacity, "ground-glass". Empty for all other findings.
  public internal(set) var kind: String
  /// The index of the first sentence that names the finding, from 0.
  public let sentenceIndex: Int

  var places: FindingPlaces
}
