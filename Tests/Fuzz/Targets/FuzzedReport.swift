import ReportText

@testable import Encoders

/// A report, and a prompt.
///
/// Laws: aligning an aligned prompt changes no byte, and the encoder gets a word of it; a report's
/// summary is the same each time, is never empty, and its length is asked at most twice a finding.
struct FuzzedReport {
  private let text: String

  init(_ bytes: [UInt8]) { text = String(decoding: bytes, as: UTF8.self) }

  func check() throws(BrokenLaw) {
    try checkPrompt()
    try checkSummary()
  }

  private func checkPrompt() throws(BrokenLaw) {
    let form = PromptForm.of(text)
    if case .finding(let term, _) = form, term.isEmpty { return }
    let once = Self.sentence(form)
    let twice = Self.sentence(PromptForm.of(once))
    try demand(
      once.utf8.elementsEqual(twice.utf8),
      "\(once.debugDescription) aligned again is \(twice.debugDescription)")
    guard case .sentence = form else { return }
    try demand(!TextCleaning.words(of: once).isEmpty, "nothing is left of a sentence")
  }

  /// What the model's template makes of a form.
  private static func sentence(_ form: PromptForm) -> String {
    switch form {
    case .sentence(let text): text
    case .finding(let term, let isNegated): isNegated ? "There is no \(term)" : "There is \(term)"
    }
  }

  private func checkSummary() throws(BrokenLaw) {
    let whole = RuleSummarizer().summarize(text) { _ in true }
    for byteLimit in [0, 120, Int.max] {
      var asked = 0
      let summary = RuleSummarizer().summarize(text) { candidate in
        asked += 1
        return candidate.utf8.count <= byteLimit
      }
      try demand(byteLimit < .max || summary == whole, "one report, two summaries")
      let count = summary.findings.count + summary.leftOut
      try demand(asked <= 2 * count, "\(count) findings, asked \(asked) times")
      try demand(summary.text.hasPrefix("There "), "summary \(summary.text)")
      try demand(
        summary.findings.count <= 1 || summary.text.utf8.count <= byteLimit, "it does not fit")
      try demand(
        (count == 0) == (summary.text == RuleSummarizer.normalText), "normal or not?")
    }
  }
}
