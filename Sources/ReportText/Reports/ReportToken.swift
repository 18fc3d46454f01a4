/// A word, a number or a mark of a report, as the rules compare it.
struct ReportToken: Equatable {
  enum Kind { case word, number, mark }

  /// Small letters; a number with its digits and point; one of , : ( ) ?
  let text: String
  let kind: Kind
  /// Whether the writer put a dash here. The rules read it as a comma.
  var isDash = false
}

/// A sentence of a report with the part of the report in which it stands.
struct ReportSentence {
  var tokens: [ReportToken]
  var section: ReportSection
  /// Whether a blank line divides it from the section's first text.
  let isInLaterBlock: Bool
  /// Whether it is the first one behind its heading.
  let isFirst: Bool
}
