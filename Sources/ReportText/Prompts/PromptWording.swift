/// The phrases that users write around a term, and their meanings.
enum PromptWording {
  enum Meaning {
    case article
    case affirms
    case asks
    /// A denial such as "no" or "not seen". Two denials still deny the term.
    case denies
    /// A reversal such as "absence of". After a denial, as in "no absence of", it affirms the term.
    case reverses
  }

  /// The maximum number of words in a term that ends with a full stop. A longer text counts as a sentence.
  static let longestTerm = 6

  static let leading = table([
    (.article, "a|an|the|any|some|is a|is an"),
    (
      .affirms,
      "sign of|signs of|evidence of|evidence for|findings of|finding of|features of|feature of|presence of|"
        + "appearance of|diagnosis of|diagnosis|picture of|symptoms of|finding|findings|impression|prompt|"
        + "label|there's|theres|there was|there were|there has been|consistent with|compatible with|"
        + "in keeping with|suggestive of|suspicious for|suspicion of|suspicion|concern for|"
        + "concerning for|positive for|indicative of|findings consistent with|findings compatible with|"
        + "findings suggestive of|patient has|patient with|pt has|pt with|patient had|shows|"
        + "ct shows|ct with|chest ct with|chest ct shows|ct demonstrates|ct scan shows|scan shows|scan with|"
        + "study shows|examination shows|showing|demonstrating|has|with|having|image of|images of|"
        + "scans with|scans showing|cases of|case of|known|suspected|suspect|possible|possibly|probable|"
        + "probably|likely|presumed|he has|she has|it shows|this is"
    ),
    (
      .asks,
      "query|query for|question of|is there|are there|was there|were there|is this|is it|are these|"
        + "do you see|can you see|can we see|do we see|could there be|could this be|might there be|"
        + "may there be|could it be|does the patient have|does patient have|does this patient have|"
        + "does the pt have|does he have|does she have|do they have|has the patient|has he|has she|"
        + "does the scan show|does the ct show|does the study show|does this scan show|does this ct show|"
        + "does it show|does the image show|rule out|r/o|ro|rule-out|to rule out|please rule out|"
        + "exclude|to exclude|please exclude|excl|check for|check|please check for|look for|looking for|"
        + "search for|evaluate for|evaluation for|evaluate|assess for|assess|assessment for|screen for|"
        + "screening for|find|detect|identify|show|show me|find me|search|what about|how about|is|are|"
        + "do you think there is|can you tell me if there is|tell me if there is|whether there is|"
        + "if there is|does|did|please look for|please find|?query|ddx|dd|suspicious of"
    ),
    (
      .denies,
      "no|not|none|nil|no more|no sign of|no signs of|no evidence of|no evidence for|"
        + "no findings of|no suspicion of|no definite|no features of|"
        + "negative|isn't there|there isn't|there aren't|there is not|there isn't any|"
        + "does not have|doesn't have|patient does not have|the patient does not have|"
        + "patient has no|has no|shows no|ct shows no|does not show|doesn't show|never"
    ),
    (
      .reverses,
      "without|w/o|absence of|absent|lack of|lacking|negative for|neg for|free of|free from|clear of|denies|"
        + "exclusion of|excluded|ruled out|resolved|non"
    ),
  ])

  static let trailing = table([
    (
      .affirms,
      "present|is present|are present|was present|were present|seen|is seen|are seen|was seen|were seen|"
        + "is noted|are noted|noted|was noted|were noted|is visible|are visible|visible|identified|"
        + "is identified|are identified|was identified|were identified|"
        + "is observed|are observed|was observed|were observed|observed|detected|is detected|are detected|"
        + "was detected|were detected|is evident|are evident|evident|found|is found|was found|were found|"
        + "demonstrated|is demonstrated|yes|positive|is there|are there|confirmed|suspected|is suspected|"
        + "likely|possible|probable|finding"
    ),
    (
      .denies,
      "no|is not present|are not present|not present|not seen|is not seen|are not seen|was not seen|"
        + "were not seen|not visible|is not visible|are not visible|not identified|is not identified|"
        + "are not identified|was not identified|were not identified|not observed|is not observed|"
        + "are not observed|was not observed|were not observed|not detected|is not detected|"
        + "are not detected|was not detected|were not detected|not found|is not found|was not found|"
        + "were not found|not evident|is not evident|not noted|none|isn't present|isn't seen"
    ),
    (
      .reverses,
      "absent|is absent|are absent|negative|is negative|ruled out|is ruled out|was ruled out|excluded|"
        + "is excluded|was excluded|resolved|has resolved|is resolved"
    ),
  ])

  /// The maximum number of words in a phrase.
  static let longestShell = 7

  /// Words for a change. After "no", they deny the change, not a finding.
  private static let changes: Set<String> = [
    "change", "changes", "longer", "progression", "regression", "increase", "decrease",
    "difference",
    "growth", "only",
  ]

  /// Returns true if the words after "no" describe a change, such as "change in …" or "significant change of …".
  static func areChange(_ words: [String]) -> Bool {
    guard let first = words.first else { return false }
    let isQualified = ["significant", "interval", "relevant", "notable"].contains(first)
    return changes.contains(first)
      || isQualified && words.dropFirst().contains(where: changes.contains)
  }

  /// Verbs that mark a text as a statement.
  static let verbs: Set<String> = [
    "is", "are", "was", "were", "has", "have", "had", "shows", "show", "showed", "demonstrates",
    "demonstrate", "reveals", "reveal", "contains", "contain", "appears", "appear", "measures",
    "measure", "remains", "remain", "represents", "suggests", "suggest", "indicates", "involves",
    "extends", "can", "cannot", "could", "may", "might", "should", "will", "does", "lies",
    "occupies",
    "exceeds", "surrounds", "fills", "lines", "cover", "covers", "hold", "runs", "separates",
    "compresses", "displaces", "narrows", "obstructs", "causes", "isn't", "aren't",
  ]

  /// Words for the state of an organ, as used in questions such as "Is the heart enlarged?".
  static let states: Set<String> = [
    "enlarged", "thickened", "calcified", "dilated", "collapsed", "increased", "widened",
    "elevated",
    "normal", "clear", "deviated", "displaced", "swollen", "hyperinflated", "consolidated", "open",
    "emphysematous", "fractured", "intact", "unremarkable", "atelectatic", "patent",
  ]

  private static func table(_ rows: [(Meaning, String)]) -> [String: Meaning] {
    var table: [String: Meaning] = [:]
    for (meaning, wordings) in rows {
      for wording in wordings.split(separator: "|") { table[String(wording)] = meaning }
    }
    return table
  }
}
