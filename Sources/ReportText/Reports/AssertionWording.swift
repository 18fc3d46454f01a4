/// Words that negate or doubt a finding, or set it aside. Phrases are found by their first word.
enum AssertionWording {
  /// Most adverbs between the words of a phrase: "not quite definitely seen".
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

  /// Deny the following words.
  static let negating = table(
    "loss of consolidation,loss of effusion,loss of infiltration,loss of opacity,no,not,without,neither,nor,never,absence of,negative for,free of,free from,lack of,clear of,"
      + "instead of,resolution of,clearing of,disappearance of,removal of,resection of,no evidence of,devoid of,none,rather than,denies,"
      + "lacks,lacking,fails to,failed to,excludes,rules out,unlikely to"
  )

  /// Deny the following words as adjectives.
  static let denyingAdjectives: Set<String> = ["nil", "absent", "resolved"]
  static let beforeAdjective: Set<String> = [
    ",", ":", "(", "and", "or", "with", "now", "interval", "currently", "completely", "fully",
    "previously", "the",
  ]
  static let afterPredicate: Set<String> = [
    "and", "or", "in", "on", "at", "by", "with", "without", "since", "from", "after", "compared",
    "now", "is", "are", "as", "but",
  ]

  /// The following words are past, requested or recommended.
  static let irrelevant = table(
    "history of,treated for,in terms of,with regard to,rule out,"
      + "to exclude,to rule out,evaluated for,evaluate for,performed for,screening for,indication,if,in case of,"
      + "recommended,recommend,advised,correlation,correlated,follow up of,follow up for,known case of,"
      + "evaluation for,evaluation of,risk of,suspected for,"
      + "underwent,compared with,compared to,comparison with,in comparison,differential of")

  /// The same up to "with": "status post lobectomy with surgical clips".
  static let treated = table("status post,operated for,operated,resected")

  /// The same up to a comma: "compared with the previous examination, the nodule has grown".
  static let comparing: Set<String> = ["compared", "comparison", "underwent"]

  /// The same, only for the next few words.
  static let formerly = table("prior,previous,former")

  /// Number of words that "previous" puts into the past.
  static let formerReach = 3

  /// Doubt the following words.
  static let doubting = table(
    "may,might,could,possible,possibly,probable,probably,likely,suspicious,suspected,suspicion,suspect,"
      + "suggests,suggest,suggestive,suggesting,concern,concerning,differential,cannot exclude,"
      + "can not exclude,cannot rule out,could represent,favor,favour,presumed,not excluded,questionable"
  )

  /// Doubt the preceding words.
  static let doubtingAfter = table(
    "cannot be excluded,could not be excluded,can not be excluded,cannot be ruled out,"
      + "could not be ruled out,can not be ruled out,is not excluded,not excluded,not ruled out,is suspected,"
      + "are suspected,was suspected,is possible,is likely,is probable,?,cannot be differentiated,"
      + "should be considered,is considered")

  /// "could not be seen" and its like.
  private static let unable = ["cannot", "can not", "could not"].flatMap { verb in
    [
      "seen", "identified", "detected", "observed", "distinguished", "found", "demonstrated",
      "visualized", "visualised", "recognized", "shown", "selected", "determined", "discerned",
      "noticed", "viewed", "traced",
    ].map { "\(verb) be \($0)" }
  }

  /// Deny the preceding words.
  static let denyingAfter = table(
    (unable.joined(separator: ",") + ",")
      + "not observed,not seen,not detected,not identified,not present,not visible,not noted,not found,"
      + "not demonstrated,not evident,not encountered,not visualized,not visualised,not distinguished,"
      + "not watched,not followed,not selected,not appreciated,not recognized,not monitored,not available,"
      + "absent,nil,excluded,ruled out,no longer,unlikely,negative,not any longer seen,not detectable,"
      + "not suspected,not determined,not noticed,not discerned,not viewed,not traced,not recorded,"
      + "not shown,not revealed,not reported,not considered,not displayed,"
      + "not developed,not occurred")

  /// State that the preceding finding is gone.
  static let endingAfter = table(
    "resolved,disappeared,cleared,vanished,regressed completely,completely regressed,totally regressed,"
      + "regressed and remains,regressed and remained,regressed leaving,regressed and left,"
      + "complete regression,full regression,total regression,complete resolution,completely resorbed,"
      + "been removed,was removed,were removed,been resected,was resected,completely healed")

  /// Deny the preceding words at the end of a clause.
  static let denyingAtEnd = table("are not,is not,was not,were not")

  /// Deny their label, alone or with fillers: "Effusion: none seen".
  static let answers: Set<String> = ["no", "none", "nil", "not", "absent", "negative"]
  static let answerFillers: Set<String> = [
    "seen", "identified", "detected", "observed", "noted", "found", "evident", "visible", "present",
    "demonstrated", "visualized", "visualised", "appreciated", "evidence", "definite", "definitely",
    "clearly", "is", "are", "at", "this", "time",
  ]

  /// Phrases like "compatible with": their "with" adds nothing new.
  static let beforeWith: Set<String> = [
    "compatible", "consistent", "associated", "agreement", "line", "keeping", "accordance",
    "compared", "together", "correlated", "correlating", "conjunction", "filled",
  ]

  /// Measures that "no increase in …" denies as a whole.
  static let thicknesses: Set<String> = [
    "thickness", "thicknesses", "thickening", "density", "densities", "attenuation", "calibration",
    "caliber", "calibre", "diameter", "diameters", "width", "wall", "vascularity", "uptake",
  ]
  static let changing: Set<String> = [
    "nodule", "nodules", "mass", "masses", "lesion", "lesions", "effusion", "effusions",
    "consolidation", "consolidations", "node", "nodes", "cyst", "cysts", "size", "sizes", "number",
    "prevalence",
  ]

  /// Verbs after a history that state the present.
  static let having: Set<String> = ["has", "shows", "showed", "reveals", "demonstrates"]

  /// Words for a finding's outline, which reports describe only of existing findings.
  static let outlines: Set<String> = [
    "whose", "border", "borders", "margin", "margins", "boundary", "boundaries", "contours",
  ]

  /// Most words between "no" and a change, and the stems of words for changes.
  static let mostAdjectives = 6
  static let changes: Set<String> = [
    "change", "changes", "difference", "differences", "increase", "increases", "decrease",
    "decreases", "progression", "regression",
  ]

  /// Verbs of a relative clause that does not state a fact.
  static let unreal: Set<String> = ["may", "might", "can", "could"]

  /// After these a sentence may continue with its subject: "was seen before and is not seen now".
  static let continuing: Set<String> = [",", "and", "but", "yet", "though", "although", "while"]

  static let observed: Set<String> = [
    "seen", "observed", "noted", "detected", "identified", "found", "visible", "present", "noticed",
    "determined", "visualized", "visualised", "demonstrated", "evident", "encountered",
  ]
  static let denialAdjectives: Set<String> = ["active", "significant", "obvious", "any"]

  /// After these words the finding is not gone yet: "has partially resolved".
  static let notAtEnd: Set<String> = [
    "not", "partially", "partly", "incompletely", "nearly", "almost",
  ]

  /// "Not present before" is new.
  static let before: Set<String> = ["before", "previously", "earlier"]

  /// Before a denial these words reverse it: "cannot be excluded".
  static let denialOfDenial: Set<String> = ["cannot", "not", "to"]

  /// A clause with one of these states nothing about its findings before the reason.
  static let unassessable = table(
    "suboptimal,could not be evaluated,cannot be evaluated,cannot be assessed,not evaluated,"
      + "could not be assessed,is limited,was limited,not be evaluated,limits evaluation")

  /// The following words limit the examination and are present: "limited by large effusions".
  static let limiting = table(
    ["limited", "obscured", "degraded", "hampered", "compromised", "restricted"].flatMap { verb in
      ["by", "due to", "because of"].map { "\(verb) \($0)" }
    }.joined(separator: ","))

  /// The following words are the reason why nothing was assessed.
  static let reasons = limiting.merging(
    table("due to,because of,owing to,secondary to,in the presence of")
  ) { $0 + $1 }

  /// Words before a finite verb with its participle are not part of a later denial.
  static let stops: Set<String> = [
    "there", "seen", "observed", "noted", "present", "visible", "identified",
  ]

  static let beginnings: Set<String> = [
    "a", "an", "small", "mild", "minimal", "moderate", "large", "severe", "there", "new",
    "multiple",
    "several", "slight", "minor", "few", "mildly", "slightly", "stable", "unchanged", "residual",
  ]

  /// The same after a finding.
  static let sides: Set<String> = ["right", "left", "bilateral", "both"]

  /// Number of following words in which an "or" continues a list.
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
  /// Words that contrast the present with the past.
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
    // The longest first, so that "no longer" does not match as "no".
    return table.mapValues { $0.sorted { $0.count > $1.count } }
  }
}
