/// Words and phrases that deny or doubt a finding, or mark it as irrelevant.
///
/// Each table lists its phrases by their first word.
enum AssertionWording {
  /// The maximum number of adverbs between two words of a phrase.
  static let mostAdverbs = 2

  /// Phrases that only look like a negation.
  static let pseudo = table(
    "lack of contrast,lack of iv,lack of intravenous,absence of contrast,absence of iv,"
      + "absence of intravenous,without contrast,without iv,without intravenous,"
      + "no change*,no significant change*,no interval change*,no increase*,no decrease*,no progression*,"
      + "no regression*,no difference*,no significant difference*,no significant increase*,"
      + "no significant interval change*,no relevant change*,"
      + "no significant decrease*,no growth,not changed,not significantly changed,not increased,"
      + "not decreased,not grown,not only,without change*,without significant change*,without any change*,"
      + "not excluded,not ruled out,not be excluded,not be ruled out,not definitely excluded,"
      + "not certain,not clear,not well defined,not shown change*,not show change*,not show any change*"
  )

  /// Phrases that deny the words after them.
  static let negating = table(
    "loss of consolidation,loss of effusion,loss of infiltration,loss of opacity,no,not,without,neither,nor,never,absence of,negative for,free of,free from,lack of,clear of,"
      + "instead of,resolution of,clearing of,disappearance of,removal of,resection of,no evidence of,devoid of,none,rather than,denies,"
      + "lacks,lacking,fails to,failed to,excludes,rules out,unlikely to"
  )

  /// Adjectives that deny the words after them.
  static let denyingAdjectives: Set<String> = ["nil", "absent", "resolved"]
  static let beforeAdjective: Set<String> = [
    ",", ":", "(", "and", "or", "with", "now", "interval", "currently", "completely", "fully",
    "previously", "the",
  ]
  static let afterPredicate: Set<String> = [
    "and", "or", "in", "on", "at", "by", "with", "without", "since", "from", "after", "compared",
    "now", "is", "are", "as", "but",
  ]

  /// Phrases that mark the words after them as past, requested or recommended.
  static let irrelevant = table(
    "history of,treated for,in terms of,with regard to,rule out,"
      + "to exclude,to rule out,evaluated for,evaluate for,performed for,screening for,indication,if,in case of,"
      + "recommended,recommend,advised,correlation,correlated,follow up of,follow up for,known case of,"
      + "evaluation for,evaluation of,risk of,suspected for,"
      + "underwent,compared with,compared to,comparison with,in comparison,differential of")

  /// Phrases that make the following words irrelevant, up to "with", as in "status post lobectomy with surgical clips".
  static let treated = table("status post,operated for,operated,resected")

  /// Words that make the following words irrelevant, up to a comma, as in "compared with the previous examination, the
  /// nodule has grown".
  static let comparing: Set<String> = ["compared", "comparison", "underwent"]

  /// Words that make only the next ``formerReach`` words irrelevant.
  static let formerly = table("prior,previous,former")

  /// The number of words after "previous" that describe the past.
  static let formerReach = 3

  /// Phrases that cast doubt on the words after them.
  static let doubting = table(
    "may,might,could,possible,possibly,probable,probably,likely,suspicious,suspected,suspicion,suspect,"
      + "suggests,suggest,suggestive,suggesting,concern,concerning,differential,cannot exclude,"
      + "can not exclude,cannot rule out,could represent,favor,favour,presumed,not excluded,questionable"
  )

  /// Phrases that cast doubt on the words before them.
  static let doubtingAfter = table(
    "cannot be excluded,could not be excluded,can not be excluded,cannot be ruled out,"
      + "could not be ruled out,can not be ruled out,is not excluded,not excluded,not ruled out,is suspected,"
      + "are suspected,was suspected,is possible,is likely,is probable,?,cannot be differentiated,"
      + "should be considered,is considered")

  /// Phrases such as "could not be seen".
  private static let unable = ["cannot", "can not", "could not"].flatMap { verb in
    [
      "seen", "identified", "detected", "observed", "distinguished", "found", "demonstrated",
      "visualized", "visualised", "recognized", "shown", "selected", "determined", "discerned",
      "noticed", "viewed", "traced",
    ].map { "\(verb) be \($0)" }
  }

  /// Phrases that deny the words before them.
  static let denyingAfter = table(
    (unable.joined(separator: ",") + ",")
      + "not observed,not seen,not detected,not identified,not present,not visible,not noted,not found,"
      + "not demonstrated,not evident,not encountered,not visualized,not visualised,not distinguished,"
      + "not watched,not followed,not selected,not appreciated,not recognized,not monitored,not available,"
      + "absent,nil,excluded,ruled out,no longer,unlikely,negative,not any longer seen,not detectable,"
      + "not suspected,not determined,not noticed,not discerned,not viewed,not traced,not recorded,"
      + "not shown,not revealed,not reported,not considered,not displayed,"
      + "not developed,not occurred")

  /// Phrases that say that the finding before them is gone.
  static let endingAfter = table(
    "resolved,disappeared,cleared,vanished,regressed completely,completely regressed,totally regressed,"
      + "regressed and remains,regressed and remained,regressed leaving,regressed and left,"
      + "complete regression,full regression,total regression,complete resolution,completely resorbed,"
      + "been removed,was removed,were removed,been resected,was resected,completely healed")

  /// Phrases that deny the words before them if they end a clause.
  static let denyingAtEnd = table("are not,is not,was not,were not")

  /// Words that deny the label before them, alone or with ``answerFillers``, as in "Effusion: none seen".
  static let answers: Set<String> = ["no", "none", "nil", "not", "absent", "negative"]
  static let answerFillers: Set<String> = [
    "seen", "identified", "detected", "observed", "noted", "found", "evident", "visible", "present",
    "demonstrated", "visualized", "visualised", "appreciated", "evidence", "definite", "definitely",
    "clearly", "is", "are", "at", "this", "time",
  ]

  /// Words such as "compatible". A "with" after such a word does not start a new statement.
  static let beforeWith: Set<String> = [
    "compatible", "consistent", "associated", "agreement", "line", "keeping", "accordance",
    "compared", "together", "correlated", "correlating", "conjunction", "filled",
  ]

  /// Words for measures. "No increase in" followed by such a measure denies the finding itself.
  static let thicknesses: Set<String> = [
    "thickness", "thicknesses", "thickening", "density", "densities", "attenuation", "calibration",
    "caliber", "calibre", "diameter", "diameters", "width", "wall", "vascularity", "uptake",
  ]
  static let changing: Set<String> = [
    "nodule", "nodules", "mass", "masses", "lesion", "lesions", "effusion", "effusions",
    "consolidation", "consolidations", "node", "nodes", "cyst", "cysts", "size", "sizes", "number",
    "prevalence",
  ]

  /// Verbs that introduce present findings after a history.
  static let having: Set<String> = ["has", "shows", "showed", "reveals", "demonstrates"]

  /// Words for the outline of a finding. A report that describes an outline affirms the finding.
  static let outlines: Set<String> = [
    "whose", "border", "borders", "margin", "margins", "boundary", "boundaries", "contours",
  ]

  /// The maximum number of words between "no" and a word in ``changes``.
  static let mostAdjectives = 6
  static let changes: Set<String> = [
    "change", "changes", "difference", "differences", "increase", "increases", "decrease",
    "decreases", "progression", "regression",
  ]

  /// Verbs that mark a relative clause as hypothetical.
  static let unreal: Set<String> = ["may", "might", "can", "could"]

  /// Words after which a sentence may continue with the same subject, as in "was seen before and is not seen now".
  static let continuing: Set<String> = [",", "and", "but", "yet", "though", "although", "while"]

  static let observed: Set<String> = [
    "seen", "observed", "noted", "detected", "identified", "found", "visible", "present", "noticed",
    "determined", "visualized", "visualised", "demonstrated", "evident", "encountered",
  ]
  static let denialAdjectives: Set<String> = ["active", "significant", "obvious", "any"]

  /// Words that show that a finding is not entirely gone, as in "has partially resolved".
  static let notAtEnd: Set<String> = [
    "not", "partially", "partly", "incompletely", "nearly", "almost",
  ]

  /// Words for an earlier time. A finding that was "not present before" is new.
  static let before: Set<String> = ["before", "previously", "earlier"]

  /// Words that reverse a denial after them, as in "cannot be excluded".
  static let denialOfDenial: Set<String> = ["cannot", "not", "to"]

  /// Phrases that say that something could not be assessed. The clause then asserts nothing about the findings that it
  /// names, except those in the reason.
  static let unassessable = table(
    "suboptimal,could not be evaluated,cannot be evaluated,cannot be assessed,not evaluated,"
      + "could not be assessed,is limited,was limited,not be evaluated,limits evaluation")

  /// Phrases before something that limits the examination, as in "limited by large effusions". The limiting finding
  /// itself is present.
  static let limiting = table(
    ["limited", "obscured", "degraded", "hampered", "compromised", "restricted"].flatMap { verb in
      ["by", "due to", "because of"].map { "\(verb) \($0)" }
    }.joined(separator: ","))

  /// Phrases that introduce the reason why something could not be assessed.
  static let reasons = limiting.merging(
    table("due to,because of,owing to,secondary to,in the presence of")
  ) { $0 + $1 }

  /// Words that complete a predicate, such as "seen" in "is seen". A later denial does not apply to the words before
  /// it.
  static let stops: Set<String> = [
    "there", "seen", "observed", "noted", "present", "visible", "identified",
  ]

  static let beginnings: Set<String> = [
    "a", "an", "small", "mild", "minimal", "moderate", "large", "severe", "there", "new",
    "multiple",
    "several", "slight", "minor", "few", "mildly", "slightly", "stable", "unchanged", "residual",
  ]

  /// Words for sides. After a finding, they may start a new statement, like ``beginnings``.
  static let sides: Set<String> = ["right", "left", "bilateral", "both"]

  /// The number of words after a comma in which an "or" still continues the list.
  static let longestStatement = 16

  static let asking: Set<String> = [
    "is", "are", "does", "do", "was", "were", "has", "any", "query",
  ]

  static let past: Set<String> = [
    "previous", "prior", "earlier", "old", "previously", "former", "last",
  ]
  static let studies: Set<String> = [
    "examination", "study", "ct", "scan", "exam", "tomography", "report",
  ]
  static let timePrepositions: Set<String> = ["in", "on", "at", "previously", "the"]
  /// Words that compare the present with the past.
  static let present: Set<String> = [
    "unchanged", "stable", "still", "also", "again", "now", "current", "currently", "since",
    "regressed", "progressed", "increased", "decreased",
  ]
  static let now: [String] = [
    "unchanged", "stable", "persist*", "still", "compar*", "also", "again", "increas*", "decreas*",
    "regress*", "progress*", "now", "current*", "is", "are", "since", "no", "not",
  ]

  private static func table(_ phrases: String) -> [String: [[String]]] {
    var table: [String: [[String]]] = [:]
    for phrase in phrases.split(separator: ",") {
      let words = phrase.split(separator: " ").map(String.init)
      guard let first = words.first else { continue }
      table[first, default: []].append(words)
    }
    // Longer phrases come first, so that "no longer" is not mistaken for "no".
    return table.mapValues { $0.sorted { $0.count > $1.count } }
  }
}
