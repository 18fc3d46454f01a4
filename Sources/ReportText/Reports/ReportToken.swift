/// A word, a number or a punctuation mark of a report, in the form that rules compare.
struct ReportToken: Equatable {
  enum Kind { case word, number, mark }

  /// Lower-case text; a number with its digits and point; one of , : ( ) ?
  let text: String
  let kind: Kind
  /// Whether the report has a dash here. The rules read it as a comma.
  var isDash = false
}

/// A sentence of a report with its section.
struct ReportSentence {
  var tokens: [ReportToken]
  var section: ReportSection
  /// Whether a blank line separates it from the section's first text.
  let isInLaterBlock: Bool
  /// Whether it is the first one after its heading.
  let isFirst: Bool
}
