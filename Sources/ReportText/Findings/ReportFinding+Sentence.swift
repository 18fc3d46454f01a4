extension ReportFinding {
  /// "There is mild pleural effusion on the left side."
  var sentence: String {
    let isSeveral = FindingDegree.isNumber(degree)
    let name = isSeveral ? Self.severalNames[term] : nil
    var words = [name != nil || Self.pluralTerms.contains(term) ? "There are" : "There is"]
    if certainty == .possible { words.append("possible") }
    // "multiple consolidation" is not English: only countable findings get a number.
    let isSized = !(Self.sizes.contains(degree) && Self.unsized.contains(term))
    if !degree.isEmpty, isSized, !isSeveral || name != nil { words.append(degree) }
    if kind == Self.groundGlass { words.append(kind) }
    words.append(name ?? Self.name(of: term))
    if !kind.isEmpty, kind != Self.groundGlass { words[words.count - 1] += ", " + kind }
    if !location.isEmpty { words.append(location) }
    return words.joined(separator: " ") + "."
  }

  /// "There is pleural effusion."
  var briefSentence: String {
    "There \(Self.pluralTerms.contains(term) ? "are" : "is") \(Self.name(of: term))."
  }

  /// The term with a lower-case first letter.
  private static func name(of term: String) -> String {
    term.prefix(1).lowercased() + term.dropFirst()
  }

  /// The kind that precedes its finding: "ground-glass lung opacity".
  static let groundGlass = "ground-glass"
  /// "Small atheroma plaques" must not become "small atherosclerosis".
  private static let sizes: Set<String> = ["small", "large"]
  private static let unsized: Set<String> = [
    "Atherosclerosis", "Arterial wall calcification", "Coronary artery wall calcification",
    "Emphysema", "Bronchiectasis", "Pneumonia",
  ]
  private static let severalNames = [
    "Lung nodule": "lung nodules", "Lung cyst": "lung cysts", "Lung mass": "lung masses",
    "Rib fracture": "rib fractures", "Osteophyte": "osteophytes",
  ]
  private static let pluralTerms: Set<String> = [
    "gallstones", "degenerative changes of the spine", "visible lymph nodes",
  ]
}
