/// What a clause asserts about its findings.
enum Assertion {
  case present, possible, absent
  /// The finding is in the past, the clause only recommends a search for it, or this scan could not show it.
  case irrelevant
}

/// Determines for each token of a clause whether the clause affirms, doubts or denies it.
///
/// The method resembles NegEx. It looks for negations before and after a finding, for words that end the scope of a
/// negation, and for phrases that only look like negations.
///
/// - Source: Chapman et al., "A simple algorithm for identifying negated findings and diseases", 2001. The word lists
///   were written for this program.
struct ClauseAssertions {
  let tokens: ArraySlice<ReportToken>
  private var values: [Assertion]
  /// The indices of the first word of each finding.
  let findings: Set<Int>
  private let subordinateVerbs: Set<Int>
  /// The indices of all tokens that belong to a negation, such as "not" or "no".
  private(set) var negations: Set<Int> = []

  /// - Parameter findings: The ranges of words in `clause` that name findings.
  init(_ clause: ArraySlice<ReportToken>, findings: [Range<Int>]) {
    tokens = clause
    self.findings = Set(findings.map(\.lowerBound))
    subordinateVerbs = ReportClauses.subordinateVerbs(of: clause)
    values = [Assertion](repeating: .present, count: clause.count)
    if isPast || isQuestion || isFragmentOfPast {
      values = values.map { _ in .irrelevant }
      return
    }
    let reason = reasonOfNoAssessment
    readForward(reason)
    readBackward()
    readDashes()
    if let reason { for index in tokens.startIndex..<reason { set(.irrelevant, index) } }
  }

  /// Returns what the clause asserts about the finding named by the words in `range`.
  func of(_ range: Range<Int>) -> Assertion {
    if range.contains(where: negations.contains) { return .absent }
    return values[range.lowerBound - tokens.startIndex]
  }

  /// If something could not be assessed, the index of the reason, or the clause's end if none is given; else nil.
  private var reasonOfNoAssessment: Int? {
    guard
      let start = tokens.indices.first(where: {
        length(of: AssertionWording.unassessable, at: $0) != nil
      })
    else { return nil }
    return tokens[start...].indices.first { length(of: AssertionWording.reasons, at: $0) != nil }
      ?? tokens.endIndex
  }

  /// Returns the number of tokens that `phrase` covers at `index`; nil if it does not match there. Adverbs may occur
  /// within the phrase, as in "not definitely seen".
  private func length(of phrase: [String], at index: Int) -> Int? {
    var next = index
    for word in phrase {
      var adverbs = next == index ? 0 : AssertionWording.mostAdverbs
      while adverbs > 0, next < tokens.endIndex, !matches(word, tokens[next].text),
        tokens[next].text.hasSuffix("ly")
      {
        next += 1
        adverbs -= 1
      }
      guard next < tokens.endIndex, matches(word, tokens[next].text) else { return nil }
      next += 1
    }
    return next - index
  }

  private func matches(_ pattern: String, _ text: String) -> Bool {
    pattern.hasSuffix("*") ? text.hasPrefix(pattern.dropLast()) : pattern == text
  }

  /// True for a question such as "Is there any pneumonia?". "Nodule?" is not a question but expresses doubt.
  private var isQuestion: Bool {
    guard let first = tokens.first, tokens.last?.text == "?" else { return false }
    return AssertionWording.asking.contains(first.text)
  }

  /// True if the clause describes only the past, such as "In the previous examination there was …".
  private var isPast: Bool {
    guard
      let index = tokens.prefix(5).firstIndex(where: { AssertionWording.past.contains($0.text) }),
      tokens[index...].prefix(3).contains(where: { AssertionWording.studies.contains($0.text) }),
      tokens.prefix(2).contains(where: { AssertionWording.timePrepositions.contains($0.text) })
    else { return false }
    // "In the previous examination there is …" describes the past in the present tense.
    let rest = tokens[index...].dropFirst().prefix(8).drop { $0.text != "there" }
    if rest.count > 1, !tokens.contains(where: { AssertionWording.present.contains($0.text) }) {
      return true
    }
    return !tokens.contains { token in
      AssertionWording.now.contains { matches($0, token.text) }
    } && tokens.contains { ["was", "were", "had"].contains($0.text) }
  }

  /// True if the clause only names an earlier finding, as in "The nodule described in the CT scan dated 3 May."
  private var isFragmentOfPast: Bool {
    guard
      let participle = tokens.firstIndex(where: {
        AssertionWording.observed.contains($0.text) || ["described", "defined"].contains($0.text)
      })
    else { return false }
    let rest = tokens[participle...]
    guard rest.contains(where: { AssertionWording.studies.contains($0.text) }),
      rest.contains(where: { $0.text == "dated" || AssertionWording.past.contains($0.text) })
    else { return false }
    return !tokens.contains {
      ReportClauses.verbs.contains($0.text) || AssertionWording.present.contains($0.text)
    }
  }

  private mutating func readForward(_ reason: Int?) {
    var current = Assertion.present
    var formerEnd = tokens.startIndex
    var isTreated = false
    var isCompared = false
    var phraseEnd = tokens.startIndex
    var reachesFinding = false
    var index = tokens.startIndex
    while index < tokens.endIndex {
      if let end = endOfAnswer(at: index) {
        negations.formUnion(index + 1..<end)
        current = .present
        index = end
        continue
      }
      if let length = length(of: AssertionWording.pseudo, at: index) ?? lengthOfNoChange(at: index)
        ?? lengthOfFormer(at: index), !deniesObject(behind: index + length)
      {
        // The words of this phrase count as denied, but the words after it do not. In "the heart is not increased in
        // size", only the increase is denied.
        negations.formUnion(index..<index + length)
        index += length
        continue
      }
      if index > phraseEnd && endsReach(index, reachesFinding: reachesFinding) || index == reason
        || length(of: AssertionWording.limiting, at: index) != nil
        || isTreated && tokens[index].text == "with" || isCompared && tokens[index].text == ","
        || opensAffirmation(index, after: phraseEnd) || endsHistory(index, current)
      {
        current = .present
        isTreated = false
        isCompared = false
      }
      if findings.contains(index) { reachesFinding = true }
      if let length = lengthOfDenial(before: index) {
        negations.formUnion(index..<index + length)
        current = .absent
        index += length
        phraseEnd = index
        reachesFinding = false
        continue
      }
      if let length = length(of: AssertionWording.irrelevant, at: index) {
        if current != .absent {
          current = .irrelevant
          isCompared = tokens[index..<index + length].contains {
            AssertionWording.comparing.contains($0.text)
          }
        }
        for position in index..<index + length { set(current, position) }
        index += length
        phraseEnd = index
        reachesFinding = false
        continue
      }
      if current == .present, length(of: AssertionWording.treated, at: index) != nil {
        current = .irrelevant
        isTreated = true
      }
      if tokens[index].text == "," { formerEnd = tokens.startIndex }
      if length(of: AssertionWording.formerly, at: index) != nil {
        formerEnd = index + 1 + AssertionWording.formerReach
      }
      if current == .present, length(of: AssertionWording.doubting, at: index) != nil {
        current = .possible
      }
      if index > tokens.startIndex, tokens[index - 1].text == "non" {
        // In "non-calcified nodule", the calcification is absent, but the nodule is present.
        set(.absent, index)
        negations.insert(index)
      } else {
        set(current != .absent && index < formerEnd ? .irrelevant : current, index)
      }
      index += 1
    }
  }

  /// Returns the number of words at `index` that deny what follows; nil if none do.
  private func lengthOfDenial(before index: Int) -> Int? {
    length(of: AssertionWording.negating, at: index) ?? (isAdjective(index) ? 1 : nil)
  }

  /// Returns true if the word at `index` is an adjective that denies what follows, as in "absent effusion" or "now
  /// resolved nodule". In "the effusion is absent", the adjective instead denies what precedes it.
  private func isAdjective(_ index: Int) -> Bool {
    guard AssertionWording.denyingAdjectives.contains(tokens[index].text),
      let next = tokens[(index + 1)...].first, next.kind == .word,
      !AssertionWording.afterPredicate.contains(next.text)
    else { return false }
    return tokens[..<index].last.map { AssertionWording.beforeAdjective.contains($0.text) } ?? true
  }

  /// Returns the end of a negative answer after a label that ends at token `index`; nil if none follows. Examples are
  /// "Effusion: none seen" and the first part of "Effusion - no, nodule: small".
  private func endOfAnswer(at index: Int) -> Int? {
    guard index > tokens.startIndex, Self.marks.prefix(2).contains(tokens[index].text) else {
      return nil
    }
    let answer = tokens[(index + 1)...].prefix { !Self.marks.contains($0.text) }
    guard let first = answer.first, AssertionWording.answers.contains(first.text),
      answer.dropFirst().allSatisfy({ AssertionWording.answerFillers.contains($0.text) })
    else { return nil }
    return answer.endIndex
  }

  private static let marks = [":", ",", "("]

  /// Returns the start of the label that ends at `index`. It lies after the answer to the previous label.
  private func startOfLabel(at index: Int, from start: Int) -> Int {
    guard let colon = tokens[start..<index].lastIndex(where: { $0.text == ":" }) else {
      return start
    }
    return tokens[colon..<index].firstIndex { $0.text == "," } ?? colon
  }

  /// Returns true if the scope of a negation ends at `index`.
  ///
  /// It ends at a comma before an article or a degree, as in "No pneumothorax, a small effusion". After a finding, it
  /// also ends at a comma before a side, unless the list continues with "or", as in "no nodule, right hilar or left
  /// hilar mass".
  private func endsReach(_ index: Int, reachesFinding: Bool) -> Bool {
    let text = tokens[index].text
    // A colon ends the scope, except in "No evidence of the following: …".
    if text == ":" { return !tokens[..<index].suffix(3).contains { $0.text == "following" } }
    guard text == "," || text == "with" else { return false }
    // In "no lesion consistent with a small embolus", "with" belongs to "consistent".
    if text == "with", let former = tokens[..<index].last?.text,
      AssertionWording.beforeWith.contains(former)
    {
      return false
    }
    if text == "with", ["and", ","].contains(tokens[..<index].last?.text) { return true }
    var rest = tokens[(index + 1)...].prefix(AssertionWording.longestStatement)
    // In "no mass with a cavity", the negation continues after "with". In "no pneumothorax with a small effusion", it
    // ends there.
    if text == "with", ["a", "an"].contains(rest.first?.text) { rest = rest.dropFirst() }
    guard let next = rest.first?.text else { return false }
    if AssertionWording.beginnings.contains(next) { return true }
    return reachesFinding && AssertionWording.sides.contains(next)
      && !rest.prefix { $0.text != "," }.contains { $0.text == "or" || $0.text == "nor" }
  }

  /// Returns true if the verb at `index` ends a history, like "has" in "A patient with a history of asthma has an
  /// effusion."
  private func endsHistory(_ index: Int, _ current: Assertion) -> Bool {
    current == .irrelevant && AssertionWording.having.contains(tokens[index].text)
      && !subordinateVerbs.contains(index)
      && tokens[..<index].suffix(AssertionWording.longestStatement).contains {
        $0.text == "history"
      }
  }

  /// Returns true if a relative clause at `index` makes an affirmation after a denial, as in "No nodule is seen in the
  /// right lung, which has an effusion".
  private func opensAffirmation(_ index: Int, after start: Int) -> Bool {
    guard tokens[index].text == "which", tokens[..<index].last?.text == ",",
      let next = tokens[(index + 1)...].first?.text, ReportClauses.verbs.contains(next),
      !AssertionWording.unreal.contains(next)
    else { return false }
    return tokens[start..<max(start, index)].suffix(AssertionWording.longestStatement).contains {
      ReportClauses.verbs.contains($0.text)
    }
  }

  /// Applies phrases to the words before them, such as "… was not observed", "… is absent" or "… cannot be excluded".
  private mutating func readBackward() {
    var start = endOfOpeningReason
    var subject = start
    for index in tokens.indices where index >= start {
      if let end = endOfAnswer(at: index) {
        let label = startOfLabel(at: index, from: start)..<index
        overwrite(label, with: .absent, where: [.present, .possible])
        start = end
      } else if length(of: AssertionWording.doubtingAfter, at: index) != nil {
        overwrite(start..<index, with: .possible, where: [.present])
        start = index
      } else if isEnding(index) {
        overwrite(tokens.startIndex..<index, with: .absent, where: [.present, .possible])
        start = index
      } else if isDenyingAfter(index) {
        let first = goesOnWithPast(subject, start..<index) ? subject : start
        overwrite(first..<index, with: .absent, where: [.present, .possible])
        negations.insert(index)
        subject = start
        start = index
      } else if isPredicate(index) {
        subject = start
        start = index
      }
    }
  }

  /// The end of a reason at the clause's start, such as "due to the large effusion,". Later denials skip this reason.
  private var endOfOpeningReason: Int {
    let first = tokens.startIndex
    guard first < tokens.endIndex, length(of: AssertionWording.reasons, at: first) != nil else {
      return first
    }
    return tokens.firstIndex { $0.text == "," } ?? first
  }

  /// Returns true if a denial after a conjunction applies to the subject of an earlier verb, as in "The effusion was
  /// seen before and is not seen now".
  private func goesOnWithPast(_ subject: Int, _ range: Range<Int>) -> Bool {
    guard
      tokens[range].indices.contains(where: {
        AssertionWording.continuing.contains(tokens[$0].text)
          && ReportClauses.sharesSubject(tokens, behind: $0)
      }),
      !tokens[range.upperBound...].prefix(7).contains(where: {
        AssertionWording.sides.contains($0.text)
      })
    else { return false }
    return tokens[subject..<range.upperBound].contains {
      AssertionWording.past.contains($0.text) || AssertionWording.before.contains($0.text)
        || ["was", "were", "had"].contains($0.text)
    }
  }

  /// Returns true if the word at `index` completes the predicate of the words before it, as in "is seen" or "there
  /// are". A later denial then does not apply to those words.
  ///
  /// In "the nodule seen before was not found", the word "seen" does not complete a predicate.
  private func isPredicate(_ index: Int) -> Bool {
    let text = tokens[index].text
    if text == "there" { return true }
    guard AssertionWording.stops.contains(text) else { return false }
    return tokens[..<index].indices.suffix(2).contains {
      ReportClauses.verbs.contains(tokens[$0].text) && !subordinateVerbs.contains($0)
    }
  }

  /// Returns true if the words at `index` say that a finding is gone, as in "… were observed to have regressed".
  private func isEnding(_ index: Int) -> Bool {
    guard length(of: AssertionWording.endingAfter, at: index) != nil, !isAdjective(index) else {
      return false
    }
    return !tokens[..<index].suffix(4).contains { AssertionWording.notAtEnd.contains($0.text) }
  }

  private func isDenyingAfter(_ index: Int) -> Bool {
    if let length = length(of: AssertionWording.denyingAtEnd, at: index),
      index + length == tokens.endIndex
    {
      return true
    }
    guard let length = length(of: AssertionWording.denyingAfter, at: index), !isAdjective(index)
    else { return false }
    if isOfFormerStudy(behind: index + length) { return false }
    // In "nodes whose borders cannot be distinguished", the nodes are present.
    if tokens[..<index].suffix(6).contains(where: { AssertionWording.outlines.contains($0.text) }) {
      return false
    }
    // In "small left effusion, absent on the right", the effusion is present on the left.
    if tokens[..<index].last?.text == ",",
      tokens[(index + length)...].prefix(4).contains(where: {
        AssertionWording.sides.contains($0.text)
      })
    {
      return false
    }
    return !tokens[..<index].suffix(4).contains {
      AssertionWording.denialOfDenial.contains($0.text)
    }
  }

  func length(of phrases: [String: [[String]]], at index: Int) -> Int? {
    phrases[tokens[index].text]?.lazy.compactMap { length(of: $0, at: index) }.first
  }

  mutating func set(_ value: Assertion, _ index: Int) {
    values[index - tokens.startIndex] = value
  }

  private mutating func overwrite(
    _ range: Range<Int>, with value: Assertion, where allowed: [Assertion]
  ) {
    for index in range where allowed.contains(values[index - tokens.startIndex]) {
      set(value, index)
    }
  }
}
