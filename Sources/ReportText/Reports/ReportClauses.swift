/// Splits a sentence into clauses. A negation or a verb applies only to the words of its own clause.
enum ReportClauses {
  /// Splits `tokens` into clauses and returns them in order. Together they contain all tokens.
  ///
  /// A clause starts before "but" and similar words, and once between two main verbs. "The heart is enlarged and the
  /// aorta is normal" and "the aorta is normal and no nodule or mass is seen" are split at "and". "Effusion and
  /// pneumothorax are not seen" is not split.
  ///
  /// - Parameter findings: The ranges of words in `tokens` that name findings.
  static func clauses(
    of tokens: [ReportToken], findings: [Range<Int>]
  ) -> [ArraySlice<ReportToken>] {
    var cuts = cutsBetweenVerbs(tokens, Set(findings.map(\.lowerBound)))
    for index in tokens.indices where isTurn(tokens, index) || startsExistence(tokens, index) {
      cuts.insert(index)
    }
    var clauses: [ArraySlice<ReportToken>] = []
    var start = 0
    for cut in cuts.sorted() where cut > start {
      clauses.append(tokens[start..<cut])
      start = cut
    }
    if start < tokens.count { clauses.append(tokens[start...]) }
    return clauses
  }

  /// Returns the indices of verbs other than main verbs, such as verbs in relative clauses and in "as far as can be
  /// seen".
  static func subordinateVerbs(of tokens: ArraySlice<ReportToken>) -> Set<Int> {
    var verbs: Set<Int> = []
    for index in tokens.indices {
      if opensStatement(tokens, index) {
        // In "It is seen that …", the main verb comes after "that".
        let verb = tokens[..<index].indices.suffix(4).last { self.verbs.contains(tokens[$0].text) }
        if let verb { verbs.insert(verb) }
      }
      guard opensSubordinate(tokens, index) else { continue }
      let verb = tokens[index...].prefix(farthestVerb).dropFirst().firstIndex {
        self.verbs.contains($0.text)
      }
      if let verb { verbs.insert(verb) }
    }
    return verbs
  }

  /// Returns true if the verb after the conjunction at `index` has the same subject as the verb before it. That is the
  /// case if only adverbs separate the conjunction from the verb.
  static func sharesSubject(_ tokens: ArraySlice<ReportToken>, behind index: Int) -> Bool {
    let next = tokens[(index + 1)...].prefix(4).first {
      !joints.contains($0.text) && !adverbs.contains($0.text) && !$0.text.hasSuffix("ly")
    }
    return next.map { verbs.contains($0.text) } ?? false
  }

  private static func cutsBetweenVerbs(_ tokens: [ReportToken], _ findings: Set<Int>) -> Set<Int> {
    let subordinate = subordinateVerbs(of: tokens[...])
    var cuts: Set<Int> = []
    var former: Int?
    var affirms = false
    for index in tokens.indices {
      if findings.contains(index) { affirms = true }
      if negations.contains(tokens[index].text) { affirms = false }
      guard verbs.contains(tokens[index].text), !subordinate.contains(index) else { continue }
      if let former, let cut = cut(tokens, former + 1..<index, findings, affirms) {
        cuts.insert(cut)
        affirms = false
      }
      former = index
    }
    return cuts
  }

  /// Returns the index of the conjunction at which a sentence with two verbs is split; nil if it is not split.
  ///
  /// Conjunctions divide the words between the verbs into parts. The split is before the first part that belongs to the
  /// second verb. The last part always belongs to it, and so do parts that name a finding. A part that only names
  /// another place belongs to the first verb.
  ///
  /// - Parameter affirms: True if the preceding words affirm a finding. A part with another finding and its place may
  ///   then belong to the first verb.
  private static func cut(
    _ tokens: [ReportToken], _ range: Range<Int>, _ findings: Set<Int>, _ affirms: Bool
  ) -> Int? {
    let candidates = range.indices.filter { joints.contains(tokens[$0].text) }
    for (position, joint) in candidates.enumerated() where joint > range.lowerBound {
      let end = position + 1 < candidates.count ? candidates[position + 1] : range.upperBound
      let part = tokens[(joint + 1)..<end]
      guard let first = part.first else { continue }
      if negations.contains(first.text) { return joint }
      if tokens[joint].text == "or" || sharesSubject(tokens[...], behind: joint) { continue }
      if end == range.upperBound { return joint }
      guard part.indices.contains(where: findings.contains) || !isPlace(part) else { continue }
      if affirms, part.contains(where: { places.contains($0.text) }) { continue }
      return joint
    }
    return nil
  }

  /// Returns true if the words end with a place, such as "the left middle lobe".
  private static func isPlace(_ part: ArraySlice<ReportToken>) -> Bool {
    guard let last = part.last else { return true }
    return last.kind != .word || AnatomicSite.of(part, at: part.endIndex - 1) != nil
      || FindingMention.isPlace(last.text)
  }

  private static func opensStatement(_ tokens: ArraySlice<ReportToken>, _ index: Int) -> Bool {
    tokens[index].text == "that" && tokens[..<index].suffix(4).contains { $0.text == "it" }
  }

  private static func opensSubordinate(_ tokens: ArraySlice<ReportToken>, _ index: Int) -> Bool {
    let former = index > tokens.startIndex ? tokens[index - 1].text : ""
    switch tokens[index].text {
    case "which", "whose", "who", "where": return true
    case "that": return !former.isEmpty && !beforeThat.contains(former) && !verbs.contains(former)
    case "as":
      let next = tokens[(index + 1)...].first?.text ?? ""
      return former == "far" || verbs.contains(next)
    default: return false
    }
  }

  /// Returns true if a word such as "but" at `index` starts a new clause. It does not if the subject stays the same, as
  /// in "was seen before but is not seen now".
  private static func isTurn(_ tokens: [ReportToken], _ index: Int) -> Bool {
    let text = tokens[index].text
    if text == "other" { return index + 1 < tokens.count && tokens[index + 1].text == "than" }
    return turns.contains(text) && !(index > 0 && sharesSubject(tokens[...], behind: index))
  }

  /// Returns true if "there is" at `index` starts a new clause.
  private static func startsExistence(_ tokens: [ReportToken], _ index: Int) -> Bool {
    guard index > 0, tokens[index].text == "there", index + 1 < tokens.count else { return false }
    guard ["is", "are", "was", "were"].contains(tokens[index + 1].text) else { return false }
    // "In the previous examination there was …" is a single clause.
    return !tokens[..<index].prefix(4).contains { AssertionWording.past.contains($0.text) }
  }

  private static let farthestVerb = 9
  private static let joints: Set<String> = [",", "and", "or"]
  private static let negations: Set<String> = ["no", "neither", "without"]
  private static let places: Set<String> = ["in", "at", "on", "of"]
  private static let adverbs: Set<String> = ["also", "still", "now", "then", "thus", "again"]
  /// Words after which "that" starts a new statement, as in "It is seen that …". In "a nodule that …", it starts a
  /// relative clause instead.
  private static let beforeThat: Set<String> = [
    "seen", "observed", "noted", "thought", "understood", "considered", "evaluated", "determined",
    "reported", "so", "suggested", "suggesting", "learned", "known", "stated", ",", "and",
  ]
  private static let turns: Set<String> = [
    "but", "however", "except", "although", "though", "while", "whereas", "nevertheless", "yet",
    "apart", "aside", "besides", "otherwise", ";",
  ]
  static let verbs: Set<String> = [
    "is", "are", "was", "were", "has", "have", "had", "shows", "show", "showed", "demonstrates",
    "reveals", "contains", "appears", "remains", "measures", "suggests", "suggest", "accompanies",
    "persists", "lies", "ends", "obstructs", "may", "might", "can", "cannot", "could",
  ]
}
