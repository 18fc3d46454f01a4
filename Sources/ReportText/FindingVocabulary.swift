/// The words for findings: the 33 of the prompt sets ct-rate-18 and ct-rate-lt-15, and frequent others.
///
/// - Source: labels as in arXiv 2501.03565; the words are the usual ones of radiology reports.
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

  /// The longest match that starts at `start`; of two equally long ones, the rules of both.
  func match(
    in tokens: ArraySlice<ReportToken>, from start: Int
  ) -> (end: Int, rules: [FindingRule])? {
    let candidates = byBeginning[WordPattern.beginning(of: tokens[start].text)] ?? []
    var best: (end: Int, rules: [FindingRule])?
    for index in candidates {
      guard let end = entries[index].pattern.end(in: tokens, from: start) else { continue }
      if end > best?.end ?? start {
        best = (end, entries[index].rules)
      } else if end == best?.end {
        best?.rules += entries[index].rules
      }
    }
    return best
  }

  /// Adds patterns for `term`, divided by commas.
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
