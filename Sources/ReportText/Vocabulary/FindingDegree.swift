/// Recognises words for the degree, extent, size and number of findings.
enum FindingDegree {
  /// Returns the first word for a degree, extent, size or number of a finding, as an adjective; empty if it has none.
  ///
  /// The word is searched among the words that precede the finding and in its name. Adverbs may also follow soon after
  /// the name.
  static func word(of mention: FindingMention, in clause: ArraySlice<ReportToken>) -> String {
    for token in clause[mention.reach.lowerBound..<mention.range.upperBound] {
      if let word = adjectives[token.text] ?? adverbs[token.text] { return word }
    }
    for token in clause[mention.range.upperBound..<mention.reach.upperBound].prefix(5) {
      if let word = adverbs[token.text] { return word }
    }
    return ""
  }

  /// Returns true if the word expresses a degree, extent, size or number.
  static func names(_ word: String) -> Bool { adjectives[word] != nil || adverbs[word] != nil }

  /// Returns true if the word means more than one.
  static func isNumber(_ word: String) -> Bool { numbers.contains(word) }

  private static let numbers: Set<String> = ["multiple", "several", "numerous", "few"]

  private static let adjectives: [String: String] = Dictionary(
    uniqueKeysWithValues: [
      "mild", "minimal", "slight", "minor", "moderate", "severe", "marked", "extensive", "massive",
      "small",
      "large", "diffuse", "multiple", "several", "numerous", "few", "patchy", "subtle",
      "pronounced",
      "widespread", "millimetric", "considerable",
    ].map { ($0, $0) })

  private static let adverbs: [String: String] = [
    "mildly": "mild", "minimally": "minimal", "slightly": "slight", "moderately": "moderate",
    "severely": "severe", "markedly": "marked", "extensively": "extensive",
    "considerably": "marked",
    "diffusely": "diffuse",
  ]
}
