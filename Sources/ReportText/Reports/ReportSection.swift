/// The sections of a radiology report that the summary distinguishes.
enum ReportSection: Equatable {
  /// The text before the first heading.
  case preamble
  /// The section that describes what was seen, and the section that draws conclusions.
  case findings, impression
  /// Clinical information or recommendations.
  case other
  /// Technique, comparison, names or dates. Each is one sentence or line long.
  case note

  /// Returns the section that a heading at the start of `tokens` opens, and the number of tokens in the heading,
  /// including its colon.
  ///
  /// Returns nil if the tokens do not start with a known heading. A heading without a colon must be the whole sentence.
  static func opened(by tokens: ArraySlice<ReportToken>) -> (section: ReportSection, length: Int)? {
    var words: [String] = []
    for token in tokens.prefix(longestHeading + 1) {
      if token.text == ":" {
        return section(words).map { ($0, words.count + 1) }
      }
      words.append(token.text)
    }
    guard words.count == tokens.count else { return nil }
    return section(words).map { ($0, words.count) }
  }

  /// Detects findings that follow another section without their own heading, as in "Comparison: CT of 3 May. There is a
  /// left pleural effusion." Returns the sentences with corrected sections.
  static func reopened(_ sentences: [ReportSentence]) -> [ReportSentence] {
    guard
      let first = sentences.lastIndex(where: { $0.section == .findings }).map({ $0 + 1 })
        ?? sentences.indices.first
    else { return sentences }
    var sentences = sentences
    let hasImpression = sentences.contains { $0.section == .impression }
    var isOpen = false
    for index in first..<sentences.count {
      let sentence = sentences[index]
      guard [.note, .other].contains(sentence.section) else {
        isOpen = false
        continue
      }
      if sentence.isFirst { isOpen = false }
      if !isOpen, !sentence.isFirst {
        isOpen =
          states(sentence.tokens)
          || (sentence.section == .note
            ? names(findingsIn: sentence.tokens)
            : !hasImpression && describes(sentence.tokens))
      }
      if isOpen { sentences[index].section = .findings }
    }
    return sentences
  }

  /// Returns true if a sentence states that something is present, with words such as "There is …" or "… are seen".
  private static func states(_ tokens: [ReportToken]) -> Bool {
    tokens.indices.contains { index in
      guard ["is", "are"].contains(tokens[index].text) else { return false }
      return index > 0 && tokens[index - 1].text == "there"
        || tokens[(index + 1)...].prefix(3).contains {
          AssertionWording.observed.contains($0.text)
        }
    }
  }

  /// Returns true if a sentence names a finding with its degree or side, as in "Bilateral effusions." Such sentences
  /// are rare in a patient's history.
  private static func describes(_ tokens: [ReportToken]) -> Bool {
    tokens.last?.text != "?" && names(findingsIn: tokens)
      && tokens.contains {
        FindingDegree.names($0.text) || AssertionWording.sides.contains($0.text)
      }
      && !tokens.contains {
        AssertionWording.irrelevant[$0.text] != nil || AssertionWording.treated[$0.text] != nil
      }
  }

  private static func names(findingsIn tokens: [ReportToken]) -> Bool {
    !tokens.contains {
      AssertionWording.before.contains($0.text) || AssertionWording.past.contains($0.text)
    }
      && !FindingMention.ranges(in: tokens[...], .standard).isEmpty
  }

  /// Returns true if `tokens` start with organs and a colon ("Lungs and airways:"), or consist only of organs.
  ///
  /// After a technique section, such a heading starts the findings if they have no heading of their own. The words of
  /// the heading stay in the sentence, because they give the location of a finding.
  static func isOrgan(_ tokens: ArraySlice<ReportToken>) -> Bool {
    let words = tokens.prefix(longestHeading + 1).prefix { $0.text != ":" }
    guard words.count == tokens.count || words.count <= longestHeading else { return false }
    func isOrgan(_ index: Int) -> Bool {
      AnatomicSite.of(words, at: index) != nil || organs.contains(words[index].text)
    }
    return words.indices.contains(where: isOrgan)
      && words.indices.allSatisfy { isOrgan($0) || organJoints.contains(words[$0].text) }
  }

  /// Returns the section of a heading; nil if the heading is unknown. A heading may combine several names, as in
  /// "Findings and impression".
  private static func section(_ words: [String]) -> ReportSection? {
    if let section = headings[words.joined(separator: " ")] { return section }
    let parts = words.split { $0 == "and" || $0 == "," }.map { headings[$0.joined(separator: " ")] }
    guard !parts.isEmpty, !parts.contains(nil) else { return nil }
    return [.findings, .impression, .other].first(where: parts.contains) ?? .note
  }

  private static let organs: Set<String> = [
    "airways", "chest", "wall", "osseous", "skeleton", "tissues", "vessels", "lines", "tubes",
    "devices", "diaphragm",
  ]
  private static let organJoints: Set<String> = [
    "and", ",", "the", "of", "other", "great", "upper", "lower", "soft", "large", "central",
    "structures", "space", "spaces", "support", "visualized", "included",
  ]

  private static let longestHeading = 5

  private static let headings: [String: ReportSection] = {
    var table: [String: ReportSection] = [:]
    func add(_ section: ReportSection, _ names: String) {
      for name in names.split(separator: "|") { table[String(name)] = section }
    }
    add(
      .findings,
      "findings|finding|report|body|description|observations|ct findings|chest ct findings|"
        + "findings and comments|chest|thorax|chest findings|thorax ct|chest ct")
    add(
      .impression,
      "impression|impressions|conclusion|conclusions|opinion|result|results|summary|diagnosis|"
        + "assessment|interpretation|final impression|radiological diagnosis|comment|comments")
    add(
      .other,
      "clinical information|clinical history|clinical indication|clinical data|clinical details|history|"
        + "indication|indications|reason|reason for exam|reason for examination|reason for study|"
        + "reason for the examination|clinical question|question|anamnesis|complaint|"
        + "recommendation|recommendations|advice|suggestion|"
        + "clinical diagnosis|preliminary diagnosis|medical history|past medical history")
    add(
      .note,
      "technique|procedure|protocol|method|scan technique|ct technique|imaging technique|contrast|dose|"
        + "radiation dose|comparison|comparisons|comparison studies|compared with|prior studies|"
        + "previous examinations|previous examination|prior examinations|priors|prior ct|previous ct|patient|name|"
        + "patient name|patient id|id|mrn|age|sex|date|date of birth|study date|exam date|examination|"
        + "exam|study|exam type|physician|referring physician|radiologist|signed|signed by|"
        + "reported by|electronically signed by|department|hospital|accession|accession number|"
        + "limitations|scanner|image quality"
    )
    return table
  }()
}
