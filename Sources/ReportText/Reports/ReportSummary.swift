/// A report shortened to its abnormal findings, in the sentences that the model was trained on.
public struct ReportSummary: Sendable, Equatable {
  /// "There is …" sentences, one for each finding, or ``RuleSummarizer/normalText``.
  public let text: String
  /// The findings that `text` names, in the report's order.
  public let findings: [ReportFinding]
  /// How many findings did not fit.
  public let leftOut: Int
  /// Whether sides, lobes and degrees were dropped so that more findings fit.
  public let isShortened: Bool

  /// Whether the report names nothing abnormal that the rules know.
  public var isNormal: Bool { findings.isEmpty && leftOut == 0 }
}

/// One abnormal finding of a report.
public struct ReportFinding: Sendable, Equatable {
  /// How sure the report is.
  public enum Certainty: Sendable, Equatable {
    case present
    /// "may be compatible with", "suspicious for", "cannot be excluded".
    case possible
  }

  /// A label of the prompt sets ct-rate-18 and ct-rate-lt-15, else a usual term in small letters.
  public let term: String
  /// Whether `term` is a label of these sets.
  public let isInPromptSets: Bool
  /// The surest that the report says of it.
  public internal(set) var certainty: Certainty
  /// The first word for degree, size or number: "mild", "multiple"; empty if there is none.
  public internal(set) var degree: String
  /// Where it is, as far as sides and lobes are named: "in the right upper lobe"; empty if they are not.
  public var location: String { places.text(for: term) }
  /// For medical material what it is, in the report's words: "port catheter, sternotomy wires"; for lung opacity
  /// "ground-glass" if the report says so; else empty.
  public internal(set) var kind: String
  /// The sentence of the report that names it first, counted from 0 over all its sentences.
  public let sentenceIndex: Int

  var places: FindingPlaces
}
