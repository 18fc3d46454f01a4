/// Collects the abnormal findings of a report, one sentence at a time. Each term is collected only once.
struct FindingCollection {
  private(set) var findings: [ReportFinding] = []
  private var places: [String: Int] = [:]
  private var topic = ReportTopic()
  private var nodes = LymphNodes()
  private let vocabulary = FindingVocabulary.standard

  /// Adds the findings that a sentence affirms.
  ///
  /// - Parameter index: The index of the sentence in the report, from 0.
  mutating func read(_ tokens: [ReportToken], _ index: Int) {
    let ranges = FindingMention.ranges(in: tokens[...], vocabulary)
    for clause in ReportClauses.clauses(of: tokens, findings: ranges) {
      let mentions = FindingMention.all(in: clause, vocabulary: vocabulary)
      guard !mentions.isEmpty || LymphNodes.areNamed(in: clause) else { continue }
      let assertions = ClauseAssertions(clause, findings: mentions.map(\.range))
      var deniesNodes = false
      for (position, mention) in mentions.enumerated() {
        let assertion = assertions.of(mention.range)
        if assertion == .absent, mention.rules.contains(where: { $0.term == "Lymphadenopathy" }) {
          deniesNodes = true
        }
        guard assertion == .present || assertion == .possible else { continue }
        let next = mentions[(position + 1)...].first
        if let next, [.present, .possible].contains(assertions.of(next.range)),
          mention.isExplained(by: next, in: clause)
        {
          continue
        }
        let sites = topic.sites(of: mention, in: clause)
        for rule in mention.rules where rule.holds(for: sites) {
          add(finding(rule, mention, clause, assertion, index))
        }
      }
      if let node = LymphNodes.position(in: clause),
        [.present, .possible].contains(assertions.of(node..<node + 1))
      {
        if LymphNodes.areDescribed(in: clause) { nodes.name(index) }
        if !deniesNodes, LymphNodes.areEnlarged(in: clause, of: tokens) {
          add(node: "Lymphadenopathy", index)
        }
      }
    }
    if nodes.areMeasured(by: tokens, index) { add(node: "Lymphadenopathy", index) }
    topic.read(tokens[...])
  }

  /// Returns the collected findings.
  ///
  /// Lymph nodes of normal size are included only if nothing else was found. Without this exception, a report that
  /// mentions only such nodes would be summarized as normal.
  mutating func end() -> [ReportFinding] {
    if findings.isEmpty, let index = nodes.first { add(node: "visible lymph nodes", index) }
    return findings
  }

  private func finding(
    _ rule: FindingRule, _ mention: FindingMention, _ clause: ArraySlice<ReportToken>,
    _ assertion: Assertion, _ index: Int
  ) -> ReportFinding {
    let reach = clause[mention.reach]
    var places = FindingPlaces(reach)
    if places.isEmpty { places = FindingPlaces(clause[..<mention.reach.lowerBound].suffix(14)) }
    let isMaterial = rule.term == "Medical material"
    let words = clause[mention.range]
    return ReportFinding(
      term: rule.term, isInPromptSets: rule.isInPromptSets,
      certainty: assertion == .possible ? .possible : .present,
      degree: isMaterial ? "" : FindingDegree.word(of: mention, in: clause),
      kind: isMaterial ? kind(words) : Self.kind(of: rule, words), sentenceIndex: index,
      places: places)
  }

  /// Returns the kind "ground-glass" for a lung opacity that consists of ground glass; empty for all other findings. A
  /// ground-glass nodule is simply called a nodule.
  private static func kind(of rule: FindingRule, _ words: ArraySlice<ReportToken>) -> String {
    let isGroundGlass = words.contains {
      ["glass", "groundglass", "ggo", "ggos"].contains($0.text)
    }
    return rule.term == "Lung opacity" && isGroundGlass ? ReportFinding.groundGlass : ""
  }

  private func kind(_ words: ArraySlice<ReportToken>) -> String {
    let text = words.map(\.text).joined(separator: " ")
    return text.hasPrefix("medical ") || text.hasPrefix("metallic ") ? "" : text
  }

  private mutating func add(node term: String, _ index: Int) {
    add(
      ReportFinding(
        term: term, isInPromptSets: term == "Lymphadenopathy", certainty: .present, degree: "",
        kind: "", sentenceIndex: index, places: FindingPlaces([])))
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

  /// Appends the name of a device to the kind of a collected finding, up to `mostKinds` names.
  private mutating func addKind(_ kind: String, to known: Int) {
    let kinds = findings[known].kind.split(separator: ",").map { $0.drop { $0 == " " } }
    guard !kind.isEmpty, kinds.count < Self.mostKinds, !kinds.contains(kind[...]) else { return }
    findings[known].kind += (kinds.isEmpty ? "" : ", ") + kind
  }

  private static let mostKinds = 3
}
