/// A word, a number or a punctuation mark of a report, in the form that the rules compare.
struct ReportToken: Equatable {
  enum Kind { case word, number, mark }

  /// A word in lower case, a number with its digits and decimal point, or one of the punctuation
  /// marks `,`, `:`, `(`, `)` and `?`.
  let text: String
  let kind: Kind
  /// True for a comma that is a dash in the report.
  var isDash = false
}

/// A sentence of a report, and the section to which it belongs.
struct ReportSentence {
  var tokens: [ReportToken]
  var section: ReportSection
  /// True if a blank line separates the sentence from the first text of its section.
  let isInLaterBlock: Bool
  /// True if the sentence is the first one of its section.
  let isFirst: Bool
}
