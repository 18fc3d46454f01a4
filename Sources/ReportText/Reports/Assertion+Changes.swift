/// Recognises denied changes, denials about earlier examinations, and words joined by a dash.
extension ClauseAssertions {
  /// Returns the number of words in a phrase such as "no significant structural change" that starts at `index`; nil if
  /// none starts there.
  func lengthOfNoChange(at index: Int) -> Int? {
    guard tokens[index].text == "no" else { return nil }
    for next in tokens.indices[(index + 1)...].prefix(AssertionWording.mostAdjectives) {
      if AssertionWording.changes.contains(tokens[next].text) {
        return next + 1 - index
      }
      if findings.contains(next) || tokens[next].kind != .word || tokens[next].text == "of" {
        return nil
      }
    }
    return nil
  }

  /// Returns true if a denied change also denies the finding that is named after it. `index` is the first token after
  /// the change.
  ///
  /// "No increase in wall thickness" and "no change compatible with pneumonia" deny the finding. "No increase in the
  /// size of the nodule" does not deny the nodule.
  func deniesObject(behind index: Int) -> Bool {
    guard let first = tokens[index...].first?.text else { return false }
    if AssertionWording.beforeWith.contains(first) && first != "compared"
      || first.hasPrefix("suggest")
    {
      return true
    }
    guard ["in", "of"].contains(first) else { return false }
    if tokens[index...].dropFirst().first?.text.hasPrefix("favo") == true { return true }
    let object = tokens[index...].prefix(8).prefix {
      $0.text != "," && !ReportClauses.verbs.contains($0.text)
    }
    return object.contains { AssertionWording.thicknesses.contains($0.text) }
      && !object.contains { AssertionWording.changing.contains($0.text) }
  }

  /// Returns the number of words in a phrase such as "not observed" at `index`, if it is followed by words such as "in
  /// the previous examination"; otherwise nil. The finding is then new, not denied.
  func lengthOfFormer(at index: Int) -> Int? {
    guard tokens[index].text == "not",
      let length = length(of: AssertionWording.denyingAfter, at: index),
      isOfFormerStudy(behind: index + length)
    else { return nil }
    return length
  }

  func isOfFormerStudy(behind index: Int) -> Bool {
    let rest = tokens[index...]
    guard let first = rest.first?.text else { return false }
    return AssertionWording.before.contains(first)
      || ["in", "on", "at", "during"].contains(first)
        && rest.prefix(4).contains { AssertionWording.past.contains($0.text) }
  }

  /// Marks the words before a dash as absent if the denial after the dash applies to both sides.
  ///
  /// "Pericardial effusion - no thickening was seen" and "effusion-no thickening was seen" deny both findings, just as
  /// "effusion-thickening was not seen" does. "Small effusion - no pneumothorax was seen" affirms the effusion.
  mutating func readDashes() {
    for index in tokens.indices.dropFirst() where tokens[index].text == "no" {
      let before = tokens[..<index]
      guard let last = before.last, last.isDash || last.kind == .word || isActive(before),
        isActive(before)
          || before.indices.contains(where: { AnatomicSite.of(before, at: $0) != nil }),
        before.indices.contains(where: findings.contains), before.count <= 8,
        before.allSatisfy({ isBare($0) })
      else { return }
      let part = tokens[(index + 1)...].prefix { !ReportClauses.verbs.contains($0.text) }
      guard !part.isEmpty, part.count <= 3, part.endIndex < tokens.endIndex,
        !part.indices.contains(where: { AnatomicSite.of(part, at: $0) != nil }),
        tokens[part.endIndex...].prefix(3).contains(where: {
          AssertionWording.observed.contains($0.text)
        })
      else { return }
      for position in tokens.startIndex..<index { set(.absent, position) }
      return
    }
  }

  /// Returns true if the words start with an adjective that is typical of denials. In "active infiltration, no
  /// consolidation was observed", the denial also applies to the infiltration.
  private func isActive(_ words: ArraySlice<ReportToken>) -> Bool {
    words.first.map { AssertionWording.denialAdjectives.contains($0.text) } ?? false
  }

  /// Returns true if the word carries no assertion of its own: it is not a degree, a number, a side, a verb or a
  /// similar word.
  private func isBare(_ token: ReportToken) -> Bool {
    !ReportClauses.verbs.contains(token.text) && token.kind != .number
      && !AssertionWording.beginnings.contains(token.text)
      && !AssertionWording.sides.contains(token.text)
      && !AssertionWording.observed.contains(token.text)
      && !["in", "on", "at", "with", ":", "(", "?", "the", "this"].contains(token.text)
      && !FindingDegree.names(token.text)
  }
}
