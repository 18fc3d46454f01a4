/// Cuts a sentence into the clauses that a negation or a verb reaches.
enum ReportClauses {
  /// The clauses of `tokens`, in order, without gaps.
  ///
  /// Cut before "but" and its like, and at a comma or "and" between two parts that both have a verb: "the
  /// heart is enlarged and the aorta is normal", not "effusion and pneumothorax are not seen".
  static func clauses(of tokens: [ReportToken]) -> [ArraySlice<ReportToken>] {
    let nextVerbBeforeJoint = verbsBeforeNextJoint(tokens)
    var clauses: [ArraySlice<ReportToken>] = []
    var start = 0
    var hasVerb = false
    for index in tokens.indices {
      let text = tokens[index].text
      let isJoint = joints.contains(text) && tokens[start..<index].count > 0
      if turns.contains(text) || isOtherThan(tokens, index)
        || isJoint && hasVerb && nextVerbBeforeJoint[index]
        || startsExistence(tokens, index, from: start)
      {
        if index > start { clauses.append(tokens[start..<index]) }
        start = index
        hasVerb = false
      }
      if verbs.contains(text) { hasVerb = true }
    }
    if start < tokens.count { clauses.append(tokens[start...]) }
    return clauses
  }

  /// "no pathology other than spondylosis".
  private static func isOtherThan(_ tokens: [ReportToken], _ index: Int) -> Bool {
    tokens[index].text == "other" && index + 1 < tokens.count && tokens[index + 1].text == "than"
  }

  /// "… there is …" begins something new.
  private static func startsExistence(
    _ tokens: [ReportToken], _ index: Int, from start: Int
  ) -> Bool {
    guard index > 0, tokens[index].text == "there", index + 1 < tokens.count else { return false }
    guard ["is", "are", "was", "were"].contains(tokens[index + 1].text) else { return false }
    // "In the previous examination there was …" is one clause.
    return !tokens[start..<index].prefix(4).contains { AssertionWording.past.contains($0.text) }
  }

  /// For each token, whether a verb comes after it and before the next comma or "and".
  private static func verbsBeforeNextJoint(_ tokens: [ReportToken]) -> [Bool] {
    var result = [Bool](repeating: false, count: tokens.count)
    var hasVerb = false
    for index in tokens.indices.reversed() {
      result[index] = hasVerb
      if joints.contains(tokens[index].text) { hasVerb = false }
      if verbs.contains(tokens[index].text) { hasVerb = true }
    }
    return result
  }

  private static let joints: Set<String> = [",", "and", "with", "or"]
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
