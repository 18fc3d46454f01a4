/// Lymph nodes that only their size makes abnormal.
enum LymphNodes {
  /// From this short axis on a mediastinal node counts as enlarged, in mm.
  ///
  /// - Source: the common criterion of chest CT, e.g. Fleischner Society glossary, "lymphadenopathy".
  private static let enlargedFrom = 10.0

  /// How many words after the nodes their size may stand.
  private static let farthest = 40

  static func areNamed(in clause: ArraySlice<ReportToken>) -> Bool { position(in: clause) != nil }

  /// The place of "lymph" if the sentence gives the nodes a size of 10 mm or more.
  static func enlarged(in clause: ArraySlice<ReportToken>, of sentence: [ReportToken]) -> Int? {
    guard let position = position(in: clause) else { return nil }
    for index in sentence.indices.dropLast().dropFirst(position).prefix(farthest)
    where sentence[index].kind == .number {
      let before = sentence[position..<index]
      guard let size = millimetres(sentence, index), size >= enlargedFrom, !isUpperBound(before),
        !isOfOther(sentence, index, opening: lastOpening(before, clauseEnd: clause.endIndex))
      else { continue }
      return position
    }
    return nil
  }

  private static func millimetres(_ sentence: [ReportToken], _ index: Int) -> Double? {
    let text = sentence[index].text.split(separator: ",").joined(separator: ".")
    switch sentence[index + 1].text {
    case "mm": return Double(text)
    case "cm": return Double(text).map { $0 * 10 }
    default: return nil
    }
  }

  /// "Less than", "not exceeding", "no larger than" before a size.
  private static func isUpperBound(_ before: ArraySlice<ReportToken>) -> Bool {
    let words = before.suffix(4).map(\.text)
    return words.contains(where: lessWords.contains)
      || words.contains { $0.hasPrefix("exceed") || moreWords.contains($0) }
        && before.suffix(6).contains { $0.text == "not" || $0.text == "no" }
  }

  /// Where something new may have begun before a size: at the last comma or where the nodes' clause ended.
  private static func lastOpening(_ before: ArraySlice<ReportToken>, clauseEnd: Int) -> Int? {
    let comma = before.lastIndex { $0.text == "," }
    return clauseEnd < before.endIndex ? max(comma ?? clauseEnd, clauseEnd) : comma
  }

  /// Whether the size at `index` is that of something else, named since `opening` or right behind it: "nodes are
  /// seen, aorta 42 mm", "nodes are seen, a 12 mm nodule".
  private static func isOfOther(_ sentence: [ReportToken], _ index: Int, opening: Int?) -> Bool {
    guard let opening else { return false }
    let behind = sentence[(index + 2)...].prefix(3).prefix { !placePrepositions.contains($0.text) }
    let part = sentence[opening..<behind.endIndex]
    if part.contains(where: { ownWords.contains($0.text) }) { return false }
    return part.indices.contains { position in
      switch AnatomicSite.of(part, at: position) {
      case .mediastinum, .lymphNode, nil:
        part[position].text == "trunk" || part[position].text.hasPrefix("arter")
          || FindingVocabulary.standard.match(in: part, from: position) != nil
      default: true
      }
    }
  }

  private static let placePrepositions: Set<String> = ["in", "at", "on", "of", "near", "next"]
  /// Words that tell that the nodes are still spoken of.
  private static let ownWords: Set<String> = [
    "largest", "biggest", "short", "long", "axis", "node", "nodes", "one", "some", "them", "which",
  ]
  private static let lessWords: Set<String> = ["less", "smaller", "below", "under"]
  private static let moreWords: Set<String> = [
    "more", "larger", "greater", "bigger", "above", "over", "reach", "reaching",
  ]

  private static func position(in clause: ArraySlice<ReportToken>) -> Int? {
    clause.indices.dropLast().first {
      clause[$0].text == "lymph" && clause[$0 + 1].text.hasPrefix("node")
    }
  }
}
