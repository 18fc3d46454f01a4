/// Recognises lymph nodes in a report. Nodes are abnormal only if they are enlarged.
struct LymphNodes {
  /// The index of the first sentence that affirms lymph nodes of any size.
  private(set) var first: Int?
  private var last: Int?

  mutating func name(_ sentence: Int) {
    first = first ?? sentence
    last = sentence
  }

  /// Returns true if the sentence directly follows one about nodes and says that they are enlarged, as in "The largest
  /// is 14 mm."
  func areMeasured(by sentence: [ReportToken], _ index: Int) -> Bool {
    guard let last, last + 1 == index, Self.position(in: sentence[...]) == nil else { return false }
    let isOfNodes = sentence.prefix(4).contains { Self.pointers.contains($0.text) }
    guard isOfNodes, !sentence.indices.contains(where: { Self.isOther(sentence[...], $0) }) else {
      return false
    }
    return sentence.indices.contains { index in
      Self.shortAxis(sentence, index).map {
        $0.size >= Self.enlargedFrom && !Self.isUpperBound(sentence[..<index])
          && !Self.isFormer(sentence, behind: $0.end)
      } ?? false
    }
  }

  /// Returns true if the sentence gives a short axis of at least 10 mm for the nodes in `clause`. The size may precede
  /// or follow the nodes.
  static func areEnlarged(in clause: ArraySlice<ReportToken>, of sentence: [ReportToken]) -> Bool {
    guard let position = position(in: clause) else { return false }
    return isSizeBefore(position, in: clause, of: sentence)
      || isSizeBehind(position, in: clause, of: sentence)
  }

  /// Returns the index of the word before "node": "lymph" in "lymph node", or a nodal station such as "subcarinal" in
  /// "subcarinal node".
  static func position(in clause: ArraySlice<ReportToken>) -> Int? {
    clause.indices.dropLast().first {
      ["node", "nodes"].contains(clause[$0 + 1].text)
        && (clause[$0].text == "lymph" || stations.contains(clause[$0].text))
    }
  }

  private static let stations: Set<String> = [
    "mediastinal", "hilar", "bihilar", "paratracheal", "pretracheal", "retrotracheal", "subcarinal",
    "precarinal", "carinal", "prevascular", "paraaortic", "subaortic", "aortopulmonary", "axillary",
    "supraclavicular", "infraclavicular", "paraesophageal", "cardiophrenic", "pericardiac",
    "mammary", "intramammary", "peribronchial", "interlobar",
  ]

  /// Returns true if the clause describes visible nodes, as in "Small nodes are seen". "The nodes are not enlarged"
  /// does not.
  static func areDescribed(in clause: ArraySlice<ReportToken>) -> Bool {
    clause.contains { sizeWords.contains($0.text) || AssertionWording.observed.contains($0.text) }
      || clause[(position(in: clause) ?? clause.startIndex)...].prefix(farthestBefore)
        .prefix { $0.text != "," }.contains { units[$0.text] != nil }
      || clause.contains { $0.text == "there" }
      || !clause.contains {
        ReportClauses.verbs.contains($0.text) || healthyWords.contains($0.text)
      }
  }

  static func areNamed(in clause: ArraySlice<ReportToken>) -> Bool { position(in: clause) != nil }

  /// Returns true if the size of an enlarged node precedes the node, as in "an 18 mm subcarinal lymph node".
  private static func isSizeBefore(
    _ position: Int, in clause: ArraySlice<ReportToken>, of sentence: [ReportToken]
  ) -> Bool {
    var index = clause.startIndex
    while index < position {
      guard let (size, end) = shortAxis(sentence, index), end <= position else {
        index += 1
        continue
      }
      let between = sentence[end..<position]
      if size >= enlargedFrom, !isUpperBound(clause[..<index]), between.count <= farthestBefore,
        !between.indices.contains(where: {
          isBreak(between[$0]) || isOther(between, $0)
        })
      {
        return true
      }
      index = end
    }
    return false
  }

  private static func isSizeBehind(
    _ position: Int, in clause: ArraySlice<ReportToken>, of sentence: [ReportToken]
  ) -> Bool {
    let last = min(sentence.endIndex, position + farthest)
    var index = position
    while index < last {
      guard let (size, end) = shortAxis(sentence, index) else {
        index += 1
        continue
      }
      let before = sentence[position..<index]
      let opening = lastOpening(before, clauseEnd: clause.endIndex)
      if size >= enlargedFrom, !isUpperBound(before), !isFormer(sentence, behind: end),
        !isOfOther(sentence, index, end, opening: opening)
      {
        return true
      }
      index = end
    }
    return false
  }

  /// Returns the size at `index` in mm and the end of its words; nil if no size is there. Of two or three dimensions,
  /// the smaller of the first two is used.
  private static func shortAxis(
    _ sentence: [ReportToken], _ index: Int
  ) -> (size: Double, end: Int)? {
    var sizes: [Double] = []
    var factor: Double?
    var next = index
    while next < sentence.count, sentence[next].kind == .number, sizes.count < 3 {
      let text = sentence[next].text.split(separator: ",").joined(separator: ".")
      guard let size = Double(text), size.isFinite else { return nil }
      sizes.append(size)
      next += 1
      if next < sentence.count, let unit = units[sentence[next].text] {
        factor = unit
        next += 1
      }
      guard next < sentence.count, ["x", "by"].contains(sentence[next].text) else { break }
      next += 1
    }
    guard let factor, let size = sizes.prefix(2).min() else { return nil }
    return (size * factor, next)
  }

  /// Returns true if the words before a size make it an upper bound, such as "less than", "not exceeding" or "no larger
  /// than".
  private static func isUpperBound(_ before: ArraySlice<ReportToken>) -> Bool {
    let words = before.suffix(4).map(\.text)
    return words.contains(where: lessWords.contains)
      || words.contains { $0.hasPrefix("exceed") || moreWords.contains($0) }
        && before.suffix(6).contains { $0.text == "not" || $0.text == "no" }
  }

  /// Returns true if the size that ends at `end` comes from an earlier examination, as in "(14 mm in the previous
  /// examination)".
  private static func isFormer(_ sentence: [ReportToken], behind end: Int) -> Bool {
    let rest = sentence[end...]
    return rest.first.map { ["in", "on", "at"].contains($0.text) } ?? false
      && rest.prefix(4).contains { AssertionWording.past.contains($0.text) }
  }

  /// Returns the last position between the nodes and a size at which a new statement may start: a comma, or the end of
  /// the nodes' clause. Returns nil if no such position exists.
  private static func lastOpening(_ before: ArraySlice<ReportToken>, clauseEnd: Int) -> Int? {
    let comma = before.lastIndex { $0.text == "," }
    return clauseEnd < before.endIndex ? max(comma ?? clauseEnd, clauseEnd) : comma
  }

  /// Returns true if the size at `index` belongs to something other than the nodes.
  ///
  /// The other object is named between `opening` and the size, as in "nodes are seen, aorta 42 mm", or directly after
  /// the size, as in "nodes are seen, a 12 mm nodule".
  private static func isOfOther(
    _ sentence: [ReportToken], _ index: Int, _ end: Int, opening: Int?
  ) -> Bool {
    guard let opening else { return false }
    let behind = sentence[end...].prefix(3).prefix { !placePrepositions.contains($0.text) }
    let part = sentence[opening..<behind.endIndex]
    if part.contains(where: { ownWords.contains($0.text) }) { return false }
    return part.indices.contains { isOther(part, $0) }
  }

  /// Returns true if the word at `position` names another organ or a finding.
  private static func isOther(_ part: ArraySlice<ReportToken>, _ position: Int) -> Bool {
    if nodeWords.contains(part[position].text) { return false }
    switch AnatomicSite.of(part, at: position) {
    case .mediastinum, .lymphNode, nil:
      return part[position].text == "trunk" || part[position].text.hasPrefix("arter")
        || FindingVocabulary.standard.match(in: part, from: position) != nil
    default: return true
    }
  }

  private static func isBreak(_ token: ReportToken) -> Bool {
    [",", "(", ":", "and"].contains(token.text) || ReportClauses.verbs.contains(token.text)
  }

  /// The short axis in mm from which a mediastinal node counts as enlarged.
  ///
  /// - Source: the usual criterion for chest CT; see "lymphadenopathy" in the glossary of the Fleischner Society.
  private static let enlargedFrom = 10.0
  /// The maximum number of words between the nodes and a size that follows them. For a size that precedes them, it is
  /// ``farthestBefore``.
  private static let farthest = 40
  private static let farthestBefore = 8

  private static let units: [String: Double] = [
    "mm": 1, "millimeter": 1, "millimeters": 1, "millimetre": 1, "millimetres": 1, "cm": 10,
    "centimeter": 10, "centimeters": 10, "centimetre": 10, "centimetres": 10,
  ]
  /// Words for other organs and findings that may also describe the position or appearance of nodes.
  private static let nodeWords: Set<String> = [
    "axillary", "axilla", "mesenteric", "retroperitoneal", "cervical", "inguinal", "portal",
    "esophageal", "fatty", "fat", "calcific", "calcified", "calcification", "calcifications",
    "parenchymal", "subpleural",
  ]
  private static let placePrepositions: Set<String> = ["in", "at", "on", "of", "near", "next"]
  /// Words that show that a sentence still describes the nodes.
  private static let ownWords: Set<String> = [
    "largest", "biggest", "larger", "short", "shortest", "long", "axis", "node", "nodes", "one",
    "some", "them", "which", "dimension",
  ]
  private static let sizeWords: Set<String> = [
    "small", "millimetric", "milimetric", "subcentimeter", "subcentimetre", "subcentimetric",
    "calcified", "calcific",
  ]
  private static let healthyWords: Set<String> = [
    "normal", "natural", "unremarkable", "enlarged", "clear", "regular",
  ]
  private static let pointers: Set<String> = [
    "largest", "biggest", "larger", "short", "shortest", "they", "these", "their", "its",
  ]
  private static let lessWords: Set<String> = ["less", "smaller", "below", "under"]
  private static let moreWords: Set<String> = [
    "more", "larger", "greater", "bigger", "above", "over", "reach", "reaching",
  ]
}
