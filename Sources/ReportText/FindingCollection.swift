/// Collects the abnormal findings of a report's sentences, each term once.
struct FindingCollection {
  private(set) var findings: [ReportFinding] = []
  private var places: [String: Int] = [:]
  private let vocabulary = FindingVocabulary.standard

  /// Adds what sentence `index` affirms.
  mutating func read(_ tokens: [ReportToken], _ index: Int) {
    for clause in ReportClauses.clauses(of: tokens) {
      let mentions = FindingMention.all(in: clause, vocabulary: vocabulary)
      guard !mentions.isEmpty || LymphNodes.areNamed(in: clause) else { continue }
      let assertions = ClauseAssertions(clause, findings: mentions.map(\.range))
      var deniesNodes = false
      for mention in mentions {
        let assertion = assertions.of(mention.range)
        if assertion == .absent, mention.rules.contains(where: { $0.term == "Lymphadenopathy" }) {
          deniesNodes = true
        }
        guard assertion == .present || assertion == .possible else { continue }
        for rule in mention.rules where rule.holds(for: mention.sites) {
          add(finding(rule, mention, clause, assertion, index))
        }
      }
      if !deniesNodes, let node = LymphNodes.enlarged(in: clause, of: tokens),
        assertions.of(node..<node + 1) == .present
      {
        add(lymphadenopathy(clause, index))
      }
    }
  }

  private func finding(
    _ rule: FindingRule, _ mention: FindingMention, _ clause: ArraySlice<ReportToken>,
    _ assertion: Assertion, _ index: Int
  ) -> ReportFinding {
    let reach = clause[mention.reach]
    var places = FindingPlaces(reach)
    if places.isEmpty { places = FindingPlaces(clause[..<mention.reach.lowerBound].suffix(14)) }
    let isMaterial = rule.term == "Medical material"
    return ReportFinding(
      term: rule.term, isInPromptSets: rule.isInPromptSets,
      certainty: assertion == .possible ? .possible : .present,
      degree: isMaterial ? "" : FindingDegree.word(of: mention, in: clause),
      kind: isMaterial ? kind(clause[mention.range]) : "", sentenceIndex: index, places: places)
  }

  private func kind(_ words: ArraySlice<ReportToken>) -> String {
    let text = words.map(\.text).joined(separator: " ")
    return text.hasPrefix("medical ") || text.hasPrefix("metallic ") ? "" : text
  }

  private func lymphadenopathy(_ clause: ArraySlice<ReportToken>, _ index: Int) -> ReportFinding {
    ReportFinding(
      term: "Lymphadenopathy", isInPromptSets: true, certainty: .present,
      degree: "", kind: "", sentenceIndex: index, places: FindingPlaces(clause.prefix(0)))
  }

  private mutating func add(_ finding: ReportFinding) {
    guard let known = places[finding.term] else {
      places[finding.term] = findings.count
      findings.append(finding)
      return
    }
    findings[known].places.merge(finding.places)
    addKind(finding.kind, to: known)
    if finding.certainty == .present { findings[known].certainty = .present }
    if findings[known].degree.isEmpty { findings[known].degree = finding.degree }
  }

  /// Another device beside those that are known, as long as the list is short.
  private mutating func addKind(_ kind: String, to known: Int) {
    let kinds = findings[known].kind.split(separator: ",").map { $0.drop { $0 == " " } }
    guard !kind.isEmpty, kinds.count < Self.mostKinds, !kinds.contains(kind[...]) else { return }
    findings[known].kind += (kinds.isEmpty ? "" : ", ") + kind
  }

  private static let mostKinds = 3
}
