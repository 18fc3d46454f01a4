extension ReportFinding {
  /// The sentence that states the finding, such as "There is mild pleural effusion on the left side."
  var sentence: String {
    let isSeveral = FindingDegree.isNumber(degree)
    let name = isSeveral ? Self.severalNames[term] : nil
    var words = [name != nil || Self.pluralTerms.contains(term) ? "There are" : "There is"]
    if certainty == .possible { words.append("possible") }
    // Only countable findings get a word such as "multiple", because "multiple consolidation" is not English.
    let isSized = !(Self.sizes.contains(degree) && Self.unsized.contains(term))
    if !degree.isEmpty, isSized, !isSeveral || name != nil { words.append(degree) }
    if kind == Self.groundGlass { words.append(kind) }
    words.append(name ?? Self.name(of: term))
    if !kind.isEmpty, kind != Self.groundGlass { words[words.count - 1] += ", " + kind }
    if !location.isEmpty { words.append(location) }
    return words.joined(separator: " ") + "."
  }

  /// The sentence without degree and location, such as "There is pleural effusion."
  var briefSentence: String {
    "There \(Self.pluralTerms.contains(term) ? "are" : "is") \(Self.name(of: term))."
  }

  /// Returns the term with its first letter in lower case.
  private static func name(of term: String) -> String {
    term.prefix(1).lowercased() + term.dropFirst()
  }

  /// The only kind that precedes the term, as in "ground-glass lung opacity".
  static let groundGlass = "ground-glass"
  /// Degrees that are omitted for the terms in `unsized`. For example, "small atheroma plaques" must not become "small
  /// atherosclerosis".
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
