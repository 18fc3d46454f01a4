import ReportText

/// What users type, and the form it must take.
enum PromptFormTable {
  static func present(_ term: String) -> PromptForm { .finding(term: term, isNegated: false) }
  static func absent(_ term: String) -> PromptForm { .finding(term: term, isNegated: true) }

  /// Terms as the prompt sets have them, and terms with marks around them.
  static let terms: [(String, PromptForm)] = [
    ("Pleural effusion", present("Pleural effusion")),
    ("pleural effusion", present("pleural effusion")),
    ("Coronary artery wall calcification", present("Coronary artery wall calcification")),
    ("?pneumothorax", present("pneumothorax")),
    ("? pneumothorax", present("pneumothorax")),
    ("??PE", present("PE")),
    ("pneumothorax?", present("pneumothorax")),
    ("Pneumonia", present("Pneumonia")),
    ("Pneumonia.", present("Pneumonia")),
    ("PNEUMONIA!!!", present("PNEUMONIA")),
    ("  emphysema \n", present("emphysema")),
    ("pleural\n  effusion", present("pleural effusion")),
    ("\"lung nodule\"", present("lung nodule")),
    ("\u{201C}lung nodule\u{201D}", present("lung nodule")),
    ("(atelectasis)", present("atelectasis")),
    ("effusion (left)", present("effusion (left)")),
    ("- consolidation", present("consolidation")),
    ("\u{2022} hiatal hernia", present("hiatal hernia")),
    ("1. cardiomegaly", present("cardiomegaly")),
    ("2) lung cyst", present("lung cyst")),
    ("a nodule", present("nodule")),
    ("An osteophyte", present("osteophyte")),
    ("The nodule", present("nodule")),
    ("1.5 cm nodule", present("1.5 cm nodule")),
    ("COVID-19", present("COVID-19")),
    ("nodule, right upper lobe", present("nodule, right upper lobe")),
    ("Small pleural effusion.", present("Small pleural effusion")),
    ("Pneumonia. Effusion.", present("Pneumonia, Effusion")),
    ("air-trapping", present("air-trapping")),
    ("Finding: rib fracture", present("rib fracture")),
  ]

  static let affirmed: [(String, PromptForm)] = [
    ("signs of emphysema", present("emphysema")),
    ("Signs of an empyema", present("empyema")),
    ("Evidence of tuberculosis.", present("tuberculosis")),
    ("evidence for PE", present("PE")),
    ("presence of a chest tube", present("chest tube")),
    ("Findings consistent with pulmonary edema", present("pulmonary edema")),
    ("suspicious for malignancy", present("malignancy")),
    ("possible pneumonia", present("pneumonia")),
    ("pneumonia present", present("pneumonia")),
    ("Pneumonia is present.", present("Pneumonia")),
    ("pleural effusion is seen", present("pleural effusion")),
    ("Nodules are visible", present("Nodules")),
    ("patient has cardiomegaly", present("cardiomegaly")),
    ("The patient has a pacemaker.", present("pacemaker")),
    ("chest CT with ground-glass opacities", present("ground-glass opacities")),
    ("no absence of effusion", present("effusion")),
    ("pneumothorax: yes", present("pneumothorax")),
    ("There's a nodule", present("nodule")),
  ]

  static let questions: [(String, PromptForm)] = [
    ("Is there a nodule?", present("nodule")),
    ("is there any evidence of pneumothorax", present("pneumothorax")),
    ("Are there lung nodules?", present("lung nodules")),
    ("Does the patient have pneumonia?", present("pneumonia")),
    ("does this patient have an empyema ?", present("empyema")),
    ("Is pneumothorax present?", present("pneumothorax")),
    ("Is a pleural effusion seen?", present("pleural effusion")),
    ("Can you see any lymphadenopathy?", present("lymphadenopathy")),
    ("Is this tuberculosis?", present("tuberculosis")),
    ("Is there a nodule that is growing?", present("nodule that is growing")),
    ("Are there no nodules?", absent("nodules")),
    ("r/o PE", present("PE")),
    ("R/O pneumothorax", present("pneumothorax")),
    ("rule out pericardial effusion", present("pericardial effusion")),
    ("query consolidation", present("consolidation")),
    ("Query: rib fracture", present("rib fracture")),
    ("please exclude pneumomediastinum", present("pneumomediastinum")),
    ("check for effusion", present("effusion")),
    ("looking for metastases", present("metastases")),
    ("show me emphysema", present("emphysema")),
    ("Is the heart enlarged?", .sentence("The heart is enlarged")),
    ("Are the interlobular septa thickened?", .sentence("The interlobular septa are thickened")),
  ]

  static let negated: [(String, PromptForm)] = [
    ("no effusion", absent("effusion")),
    ("No evidence of pneumothorax.", absent("pneumothorax")),
    ("No signs of pneumonia", absent("pneumonia")),
    ("without consolidation", absent("consolidation")),
    ("w/o nodules", absent("nodules")),
    ("absence of emphysema", absent("emphysema")),
    ("Absence of any lymphadenopathy.", absent("lymphadenopathy")),
    ("negative for PE", absent("PE")),
    ("free of atelectasis", absent("atelectasis")),
    ("lack of pleural fluid", absent("pleural fluid")),
    ("effusion absent", absent("effusion")),
    ("pneumothorax not seen", absent("pneumothorax")),
    ("Pleural effusion was not detected.", absent("Pleural effusion")),
    ("Lymphadenopathy: none", absent("Lymphadenopathy")),
    ("pneumothorax - no", absent("pneumothorax")),
    ("Pneumonia has been ruled out", .sentence("Pneumonia has been ruled out")),
    ("pneumonia ruled out", absent("pneumonia")),
    ("patient has no effusion", absent("effusion")),
    ("no, no effusion", absent("effusion")),
    ("there isn't any pneumothorax", absent("pneumothorax")),
    ("no significant effusion", absent("significant effusion")),
  ]

  /// Left alone, byte for byte.
  static let sentences: [(String, PromptForm)] = [
    "There is Pleural effusion", "there is no pneumothorax", "THERE ARE nodules in both lungs.",
    "There is a nodule in the right lung ", "There is.", "There are no findings?",
    "Both lungs show mild consolidation.", "The heart is enlarged", "The heart is enlarged.",
    "No nodule or mass is seen in the lungs.", "Atelectasis on the left. No pneumothorax.",
    "Pneumonia cannot be excluded.", "No change in the nodule",
    "No significant change of the effusion.",
    "Moderate centrilobular emphysema within the upper lobes of both lungs.",
    "A mass in the right upper lobe measures 4.5 cm.", "Pleural fluid separates the lung. ",
  ].map { ($0, .sentence($0)) }

  /// Scripts and signs that the model's vocabulary lacks.
  static let foreign: [(String, PromptForm)] = [
    ("", present("")), ("   ", present("")), ("?", present("")), ("...", present("")),
    ("\u{1FAC1}", present("")), ("no", present("no")), ("signs of", present("signs of")),
    ("\u{80BA}\u{708E}", present("\u{80BA}\u{708E}")),
    ("\u{80BA} \u{708E}.", present("\u{80BA} \u{708E}")),
    ("caf\u{65}\u{301} effusion", present("caf\u{65}\u{301} effusion")),
    ("\u{FEFF}effusion", present("effusion")),
    ("\u{BF}derrame pleural?", present("derrame pleural")),
    ("'; DROP TABLE volumes; --", present("DROP TABLE volumes; --")),
    ("%n%n%n", present("%n%n%n")),
    ("- There is a nodule", .sentence("There is a nodule")),
    ("1. There are nodules in both lungs.", .sentence("There are nodules in both lungs.")),
  ]

  static let all = terms + affirmed + questions + negated + sentences + foreign
}
