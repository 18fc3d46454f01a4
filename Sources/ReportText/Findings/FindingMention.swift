/// A mention of a finding in a clause: the words that name it and the anatomical sites that belong to it.
struct FindingMention {
  let range: Range<Int>
  let rules: [FindingRule]
  /// The range of all words that belong to the finding, including words before and after its name. For "effusion" in
  /// "small left effusion of 3 cm", this is the whole phrase.
  let reach: Range<Int>
  let sites: Set<AnatomicSite>
}

extension FindingMention {
  /// Returns all mentions in a clause, in order.
  static func all(
    in clause: ArraySlice<ReportToken>, vocabulary: FindingVocabulary
  ) -> [FindingMention] {
    let matches = matches(in: clause, vocabulary)
    let starts = attachedStarts(matches.map(\.range), clause)
    return matches.indices.map { index in
      let range = matches[index].range
      let next = nextSeparator(after: index, matches)
      let end = min(next.map { starts[$0] } ?? clause.endIndex, range.upperBound + farthest)
      let reach = starts[index]..<max(end, range.upperBound)
      var sites = sites(clause, reach)
      if sites.isEmpty, let next {
        var lent = lentSites(matches[next].range.lowerBound, behind: range, starts[next], clause)
        // In "nodule and mass in the left adrenal" and in "nodular mass of the kidney", the organ belongs to both
        // findings.
        if matches[next].range.lowerBound - range.upperBound < 2,
          [index, next].allSatisfy({ matches[$0].rules.contains { shapes.contains($0.term) } })
        {
          lent.insert(.otherOrgan)
        }
        // In "sequela calcific lymph nodes", both adjectives describe the nodes.
        if matches[next].range.lowerBound == range.upperBound { lent.insert(.lymphNode) }
        let place = matches[next].range.upperBound
        let last = next + 1 < matches.count ? starts[next + 1] : clause.endIndex
        sites = Self.sites(clause, place..<max(place, min(last, place + farthest)))
          .intersection(lent)
      }
      if sites.isEmpty {
        let previous = index > 0 ? matches[index - 1].range.upperBound : clause.startIndex
        sites = Self.sites(clause, max(previous, starts[index] - farthest)..<starts[index])
      }
      return FindingMention(range: range, rules: matches[index].rules, reach: reach, sites: sites)
    }
  }

  /// Returns true if the report interprets this finding as the finding `next`.
  ///
  /// For example, "an increase in density consistent with atelectasis" counts only as atelectasis, not also as an
  /// opacity.
  func isExplained(by next: FindingMention, in clause: ArraySlice<ReportToken>) -> Bool {
    guard next.rules.contains(where: { Self.explanations.contains($0.term) }),
      !clause[range].contains(where: { Self.ownNames.contains($0.text) }),
      rules.contains(where: { $0.term == "Lung opacity" })
        || rules.contains(where: { $0.term == "Lung nodule" })
          && clause[range].contains(where: { $0.text == "nodular" })
    else { return false }
    let between = clause[range.upperBound..<next.range.lowerBound].suffix(Self.farthestExplanation)
    if between.contains(where: { ["may", "might", "could", "possibly"].contains($0.text) }) {
      return false
    }
    return between.contains { ["favor", "favour"].contains($0.text) }
      || between.indices.dropLast().contains {
        ["consistent", "compatible"].contains(between[$0].text) && between[$0 + 1].text == "with"
      }
  }

  /// Returns the ranges of the words that name findings.
  static func ranges(
    in tokens: ArraySlice<ReportToken>, _ vocabulary: FindingVocabulary
  ) -> [Range<Int>] { matches(in: tokens, vocabulary).map(\.range) }

  private typealias Match = (range: Range<Int>, rules: [FindingRule])

  private static func matches(
    in clause: ArraySlice<ReportToken>, _ vocabulary: FindingVocabulary
  ) -> [Match] {
    var matches: [Match] = []
    var index = clause.startIndex
    while index < clause.endIndex {
      if clause[index].kind == .word, let match = vocabulary.match(in: clause, from: index) {
        matches.append((index..<match.end, match.rules))
        index = match.end
      } else {
        index += 1
      }
    }
    return matches
  }

  /// Returns the kinds of sites that belong to a finding even though they are named only after the next finding.
  ///
  /// In "plaques and stents in the coronary arteries", the vessels belong to both findings. In "a defect in the stent
  /// of the bile duct", the organ belongs to both findings.
  private static func lentSites(
    _ next: Int, behind range: Range<Int>, _ start: Int, _ clause: ArraySlice<ReportToken>
  ) -> Set<AnatomicSite> {
    if start - range.upperBound < 2 { return [.artery, .coronary, .pleura, .pericardium] }
    let between = clause[range.upperBound..<next].suffix(4)
    let isInside = between.contains { ["in", "within", "inside", "around"].contains($0.text) }
    let isCause =
      between.contains { $0.text == "to" } && between.contains { causes.contains($0.text) }
    return isInside || isCause ? [.otherOrgan] : []
  }

  private static let shapes: Set<String> = ["Lung nodule", "Lung mass", "Lung cyst"]
  private static let causes: Set<String> = ["due", "secondary", "related", "belonging"]

  private static func nextSeparator(after index: Int, _ matches: [Match]) -> Int? {
    guard matches[index].rules.contains(where: \.separates) else {
      return index + 1 < matches.count ? index + 1 : nil
    }
    // In "calcific atheroma plaques in the aorta", two adjacent finding words name a single finding.
    let next = index + 1
    guard next < matches.count else { return nil }
    let isCompanion =
      !matches[next].rules.contains(where: \.separates)
      && matches[next].range.lowerBound - matches[index].range.upperBound < 2
    return isCompanion ? (next + 1 < matches.count ? next + 1 : nil) : next
  }

  /// Returns, for each finding, where the words that precede and belong to it start. Such words are adjectives, sites
  /// and conjunctions.
  private static func attachedStarts(
    _ ranges: [Range<Int>], _ clause: ArraySlice<ReportToken>
  ) -> [Int] {
    ranges.indices.map { index in
      let lowest = index > 0 ? ranges[index - 1].upperBound : clause.startIndex
      var start = ranges[index].lowerBound
      while start > max(lowest, ranges[index].lowerBound - 7), attaches(clause, start - 1) {
        start -= 1
      }
      return start
    }
  }

  /// Returns true if the token at `index` may belong to the finding that follows it.
  ///
  /// In "… in the lower lobe and small nodules", the words "lower lobe" belong to the preceding finding. The word "and"
  /// therefore does not belong to the nodules.
  private static func attaches(_ clause: ArraySlice<ReportToken>, _ index: Int) -> Bool {
    let token = clause[index]
    if token.text == "," || token.text == "and" || token.text == "or" {
      return index > clause.startIndex && !placeNouns.contains(clause[index - 1].text)
    }
    return token.kind == .word && !breaks.contains(token.text)
  }

  /// Returns true if the word is a place, a side or a unit of length.
  static func isPlace(_ text: String) -> Bool {
    placeNouns.contains(text) || ["upper", "middle", "lower", "mm", "cm"].contains(text)
  }

  private static func sites(
    _ clause: ArraySlice<ReportToken>, _ range: Range<Int>
  ) -> Set<AnatomicSite> {
    Set(range.compactMap { AnatomicSite.of(clause, at: $0) })
  }

  private static let explanations: Set<String> = [
    "Atelectasis", "Pulmonary fibrotic sequela", "Pulmonary fibrosis",
  ]
  /// Words that always name a separate finding, even if the report interprets it as another finding.
  private static let ownNames: Set<String> = [
    "glass", "ggo", "ggos", "groundglass", "infiltration", "infiltrate", "infiltrates",
    "infiltrations", "nodule", "nodules",
  ]
  private static let farthestExplanation = 6
  /// The maximum distance in words between a finding and its anatomical site.
  private static let farthest = 24
  private static let breaks: Set<String> = ReportClauses.verbs.union([
    "in", "of", "at", "on", "with", "without", "no", "not", "within", "along", "to", "from", "for",
    "by",
    "there", "neither", "nor", "around", "near", "adjacent", "due", "as", "observed", "seen",
    "the", "which", "that",
  ])
  private static let placeNouns: Set<String> = [
    "lobe", "lobes", "lung", "lungs", "segment", "segments", "hemithorax", "hemithoraces", "side",
    "sides",
    "apex", "apices", "base", "bases", "lingula", "zone", "zones", "right", "left", "bilaterally",
    "aorta", "artery", "arteries", "vessels", "mediastinum", "area", "areas", "region", "regions",
    "level", "esophagus", "stomach", "heart", "liver", "thyroid",
  ]
}
