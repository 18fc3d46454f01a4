/// A word, number or punctuation mark of a report, in the normalised form that the rules compare.
struct ReportToken: Equatable {
  enum Kind { case word, number, mark }

  /// A word in lower case, a number with its digits and decimal point, or one of the punctuation marks `,`, `:`, `(`,
  /// `)` and `?`.
  let text: String
  let kind: Kind
  /// True for a comma that was a dash in the report.
  var isDash = false
}

/// A sentence of a report and the section that it belongs to.
struct ReportSentence {
  var tokens: [ReportToken]
  var section: ReportSection
  /// True if a blank line separates the sentence from the first text in its section.
  let isInLaterBlock: Bool
  /// True if the sentence is the first one in its section.
  let isFirst: Bool
}
