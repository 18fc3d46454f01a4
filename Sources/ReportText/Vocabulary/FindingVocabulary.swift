/// The words that name findings: for the 33 labels of the prompt sets `ct-rate-18` and `ct-rate-lt-15`, and for other
/// frequent findings.
///
/// - Source: The labels are from arXiv 2501.03565. The words are common in radiology reports.
struct FindingVocabulary {
  private var entries: [(pattern: WordPattern, rules: [FindingRule])] = []
  private var byBeginning: [String: [Int]] = [:]

  static let standard: FindingVocabulary = {
    var vocabulary = FindingVocabulary()
    vocabulary.addLungs()
    vocabulary.addAirways()
    vocabulary.addPleuraAndMediastinum()
    vocabulary.addHeartAndVessels()
    vocabulary.addBonesAndMaterial()
    vocabulary.addOthers()
    return vocabulary
  }()

  /// Returns the longest match that starts at `start`; nil if nothing matches.
  ///
  /// Among matches of equal length, the pattern with more words wins. If that is also equal, the rules of all these
  /// patterns apply.
  func match(
    in tokens: ArraySlice<ReportToken>, from start: Int
  ) -> (end: Int, rules: [FindingRule])? {
    let candidates = byBeginning[WordPattern.beginning(of: tokens[start].text)] ?? []
    var best: (end: Int, words: Int, rules: [FindingRule])?
    for index in candidates {
      let pattern = entries[index].pattern
      guard let end = pattern.end(in: tokens, from: start) else { continue }
      if (end, pattern.words) > (best?.end ?? start, best?.words ?? 0) {
        best = (end, pattern.words, entries[index].rules)
      } else if end == best?.end, pattern.words == best?.words {
        best?.rules += entries[index].rules
      }
    }
    return best.map { ($0.end, $0.rules) }
  }

  /// Adds patterns for `term`.
  ///
  /// - Parameter patterns: Patterns separated by commas; see ``WordPattern``.
  mutating func add(
    _ term: String, _ patterns: String, _ condition: FindingRule.Condition = .any,
    isInPromptSets: Bool = true, separates: Bool = true
  ) {
    let rule = FindingRule(
      term: term, isInPromptSets: isInPromptSets, condition: condition, separates: separates)
    for source in patterns.split(separator: ",") {
      let pattern = WordPattern(source)
      for beginning in pattern.beginnings {
        byBeginning[beginning, default: []].append(entries.count)
      }
      entries.append((pattern, [rule]))
    }
  }
}
