/// Recognises words for the degree, the extent, the size and the number of findings.
enum FindingDegree {
  /// Returns the first such word of a finding as an adjective; empty if there is none.
  ///
  /// The word is among those that belong to the finding, up to the end of its name. Adverbs may
  /// also be soon after the name.
  static func word(of mention: FindingMention, in clause: ArraySlice<ReportToken>) -> String {
    for token in clause[mention.reach.lowerBound..<mention.range.upperBound] {
      if let word = adjectives[token.text] ?? adverbs[token.text] { return word }
    }
    for token in clause[mention.range.upperBound..<mention.reach.upperBound].prefix(5) {
      if let word = adverbs[token.text] { return word }
    }
    return ""
  }

  /// Returns true if the word states a degree, an extent, a size or a number.
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
