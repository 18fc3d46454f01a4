/// Shortens a chest CT report to its abnormal findings by rules, without a language model.
///
/// It reads findings and impression, not history, technique and comparison. It drops denied, past
/// and recommended findings, and measurements. The rest is mapped to the words of the prompt sets
/// and written in the model's form: "There is mild pleural effusion on the left side."
///
/// - Source: BrgSA's semantic summarization, arXiv 2501.03565, which asks a language model for the same.
public struct RuleSummarizer: Sendable {
  /// The text for a report without abnormal findings. It does not name findings, because the
  /// encoder would read denied words, too.
  public static let normalText = "There is no acute finding in the chest."

  /// Makes a summarizer; the rules are the same for every report.
  public init() {}

  /// The abnormal findings of `report`.
  ///
  /// - Parameters:
  ///   - report: A radiology report in English; other text gives the normal text.
  ///   - fits: Whether a text is short enough for the encoder (97 tokens at the published size).
  ///     Sides, lobes and degrees are dropped first, from the last finding on, then findings
  ///     outside the prompt sets, then the last ones. One finding always remains.
  /// - Complexity: Linear in the report; `fits` is called at most twice for each finding.
  public func summarize(_ report: String, fits: (String) -> Bool) -> ReportSummary {
    let sentences = ReportReader.sentences(of: report)
    var collection = FindingCollection()
    for (index, sentence) in sentences.enumerated() where sentence.section != .other {
      collection.read(sentence.tokens, index)
    }
    return Self.fitted(collection.end(), fits)
  }

  private static func fitted(_ all: [ReportFinding], _ fits: (String) -> Bool) -> ReportSummary {
    guard !all.isEmpty else {
      return ReportSummary(text: normalText, findings: [], leftOut: 0, isShortened: false)
    }
    for briefCount in 0...all.count {
      let text = text(all, briefCount: briefCount)
      guard fits(text) else { continue }
      return ReportSummary(
        text: text, findings: all, leftOut: 0, isShortened: briefCount > 0)
    }
    var kept = all
    while kept.count > 1, !fits(text(kept, briefCount: kept.count)) {
      kept.remove(at: kept.lastIndex { !$0.isInPromptSets } ?? kept.count - 1)
    }
    return ReportSummary(
      text: text(kept, briefCount: kept.count), findings: kept, leftOut: all.count - kept.count,
      isShortened: true)
  }

  /// A sentence for each finding, the last `briefCount` without degree and place.
  private static func text(_ findings: [ReportFinding], briefCount: Int) -> String {
    findings.enumerated().map { index, finding in
      index < findings.count - briefCount ? finding.sentence : finding.briefSentence
    }.joined(separator: " ")
  }
}
