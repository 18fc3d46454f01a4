/// Reduces a chest CT report to its abnormal findings. It uses rules instead of a language model.
///
/// It reads the findings and the impression, but not the history, technique or comparison. It omits measurements, and
/// findings that are denied, in the past or only recommended for follow-up. For each other finding it writes a sentence
/// in the model's form, with the terms of the prompt sets: "There is mild pleural effusion on the left side."
///
/// - Source: BrgSA's semantic summarization, arXiv 2501.03565. The authors use a language model for it.
public struct RuleSummarizer: Sendable {
  /// The summary of a report without abnormal findings. It does not deny individual findings, because the encoder would
  /// also react to the denied words.
  public static let normalText = "There is no acute finding in the chest."

  /// Makes a summarizer. All summarizers use the same rules.
  public init() {}

  /// Returns a summary of the abnormal findings in `report`.
  ///
  /// - Parameters:
  ///   - report: A radiology report in English. For any other text the summary is ``normalText``.
  ///   - fits: Returns true if a text is short enough for the encoder (97 tokens at the published size). To shorten the
  ///     summary, sides, lobes and degrees are omitted first, from the last finding backwards. Then findings outside
  ///     the prompt sets are omitted, and then the last findings. At least one finding remains.
  /// - Complexity: Linear in the length of the report. `fits` is called at most twice per finding.
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

  /// Returns one sentence for each finding. The sentences of the last `briefCount` findings omit degree and location.
  private static func text(_ findings: [ReportFinding], briefCount: Int) -> String {
    findings.enumerated().map { index, finding in
      index < findings.count - briefCount ? finding.sentence : finding.briefSentence
    }.joined(separator: " ")
  }
}
