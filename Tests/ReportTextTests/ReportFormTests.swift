import ReportText
import Testing

/// Forms of writing that say or deny a finding without a plain English sentence.
@Suite struct ReportFormTests {
  private func expect(_ cases: [(report: String, terms: [String])]) {
    for (report, terms) in cases {
      let summary = RuleSummarizer().summarize(report) { _ in true }
      #expect(summary.findings.map(\.term) == terms, "\(report)")
    }
  }

  @Test func anAnswerAfterALabelDeniesTheLabel() {
    expect([
      ("Pneumothorax: None seen.", []), ("Effusion: not seen.", []), ("Nodule - none.", []),
      ("Consolidation \u{2013} nil", []), ("Effusion, pneumothorax: no evidence.", []),
      ("Negative for: effusion, pneumothorax.", []), ("No: nodule, mass", []),
      ("Pneumothorax: no, effusion: small", ["Pleural effusion"]),
      ("Pneumothorax: small, effusion: none seen", ["Pneumothorax"]),
      ("Multiple nodules, none suspicious.", ["Lung nodule"]),
      ("Nodules: not seen before.", ["Lung nodule"]),
    ])
  }

  @Test func noBeforeAFullStopIsAnAnswer() {
    expect([
      (
        "Pneumothorax: No. Pleural effusion: small, on the left. Rib No. 7 is fractured.",
        ["Pleural effusion", "Rib fracture"]
      ),
      ("1. Pneumothorax: No. 2. Effusion: Yes.", ["Pleural effusion"]),
    ])
  }

  @Test func shorthandIsReadAsItsWords() {
    expect([
      ("Emphysema w/o effusion.", ["Emphysema"]),
      ("Emphysema w/ effusion", ["Emphysema", "Pleural effusion"]),
      ("H/o pneumonia. R/o embolism. Nodule.", ["Lung nodule"]),
      ("S/p stent, now w/ small effusion.", ["Pleural effusion"]),
      ("No e/o pneumothorax.", []), ("Nodules aren't seen.", []),
      ("There isn\u{2019}t any effusion.", []),
      ("Pneumonia can't be excluded.", ["Pneumonia"]), ("Effusion couldn't be seen.", []),
      ("Effusion (-), nodule (+).", ["Lung nodule"]),
      ("Nodule (+), effusion (-).", ["Lung nodule"]),
      ("(-) pneumothorax", []), ("Pneumothorax: (-)", []),
      ("Pleural/pericardial effusion.", ["Pleural effusion", "Pericardial effusion"]),
    ])
  }

  @Test func adverbsDoNotHideADenial() {
    expect([
      ("Effusion is not definitively seen.", []),
      ("Nodule not clearly or reliably identified.", ["Lung nodule"]),
      ("A nodule cannot be confidently identified.", []),
      ("Pneumonia cannot be entirely excluded.", ["Pneumonia"]),
      ("Effusion is not currently clearly visible.", []),
    ])
  }

  @Test func adjectivesDenyWhatFollowsAndPredicatesWhatStandsBefore() {
    expect([
      ("Nil effusion.", []), ("Absent pleural effusion or pneumothorax.", []),
      ("Interval resolved pneumothorax.", []),
      ("Emphysema, nil effusion.", ["Emphysema"]),
      ("Emphysema, resolved effusion, small nodule.", ["Emphysema", "Lung nodule"]),
      ("Effusion absent. Pneumothorax nil.", []),
      ("Effusion is absent and a nodule is seen.", ["Lung nodule"]),
      ("Effusion has partially resolved.", ["Pleural effusion"]),
      ("The effusion has resolved.", []),
      ("Small left effusion, absent on the right.", ["Pleural effusion"]),
      ("The study fails to show emphysema.", []), ("Findings are unlikely to be pneumonia.", []),
    ])
  }

  @Test func theLineBeforeAListReachesItsItems() {
    let items = ["Pneumothorax", "Pleural effusion or nodule"]
    for bullet in ["- ", "* ", "\u{2022} ", "1. ", "1) ", "  - "] {
      for head in [
        "No evidence of the following:", "Negative for:", "No following findings:\n", "History of:",
      ] {
        let list = items.map { "\(bullet)\($0)" }.joined(separator: "\n")
        expect([
          ("\(head)\n\(list)", []), ("\(head)\n\(list)\nEmphysema.", ["Emphysema"]),
          ("\(head)\n\(list)\nIMPRESSION:\n\(bullet)Emphysema.", ["Emphysema"]),
        ])
      }
    }
    expect([
      ("Positive for:\n- Emphysema\n- Nodule", ["Emphysema", "Lung nodule"]),
      ("Pneumothorax:\n- none", []), ("Thyroid:\n- nodule of 8 mm\n- cyst", []),
      ("Negative for: \u{2022} effusion \u{2022} nodule", []),
    ])
  }

  @Test func nonDeniesTheNextWordOnly() {
    expect([
      ("Non-calcified nodule and effusion.", ["Lung nodule", "Pleural effusion"]),
      ("Non-specific consolidation.", ["Consolidation"]), ("No non-calcified nodule.", []),
      ("Non-calcified plaques in the aorta.", []),
      ("Non-enlarged lymph nodes, emphysema.", ["Emphysema"]),
      ("Nodules are non-calcified.", ["Lung nodule"]), ("Lymph nodes are non-enlarged.", []),
    ])
  }

  @Test func onlyLymphNodesOfAtLeastTenMillimetresAreEnlarged() {
    for size in [
      "<10 mm", "< 1 cm", "\u{2264}10 mm", "that do not exceed 10 mm", "not exceeding 1.0 cm",
      "up to 8 mm", "not larger than 12 mm", "of no more than 10 mm", "smaller than 1 cm",
      "5 x 9,9 mm",
    ] {
      expect([("Mediastinal lymph nodes \(size) are seen.", ["visible lymph nodes"])])
    }
    expect([
      ("Lymph nodes are not enlarged, aorta 42 mm.", []),
      ("Lymph nodes of 6 mm, the ascending aorta measures 42 mm.", ["visible lymph nodes"]),
      ("Small lymph nodes are seen, a 12 mm nodule in the right lung.", ["Lung nodule"]),
      ("Lymph nodes are seen and the pulmonary trunk is 32 mm.", ["visible lymph nodes"]),
      ("Lymph nodes up to 10 mm.", ["Lymphadenopathy"]),
      ("Lymph nodes, 14 mm near the aorta.", ["Lymphadenopathy"]),
      ("Lymph nodes, the largest next to the aorta measuring 14 mm.", ["Lymphadenopathy"]),
      ("Lymph nodes of 6 mm, one of 14 mm in the hilum.", ["Lymphadenopathy"]),
    ])
  }

  @Test func aSideOrWithEndsTheReachOfADenial() {
    expect([
      ("No pneumothorax, right pleural effusion.", ["Pleural effusion"]),
      ("No nodule, both lower lobes show atelectasis.", ["Atelectasis"]),
      (
        "No pneumothorax, bilateral effusions, cardiomegaly.", ["Pleural effusion", "Cardiomegaly"]
      ),
      ("No mediastinal, right hilar or axillary adenopathy.", []),
      ("No nodule, left effusion or consolidation.", []),
      ("No pneumothorax with a small effusion.", ["Pleural effusion"]),
      ("Emphysema without effusion and with pacemaker.", ["Emphysema", "Medical material"]),
      ("Without consolidation with mild emphysema.", ["Emphysema"]),
      ("No mass with a cavity or nodule.", []), ("No effusion, right or left.", []),
    ])
  }

  @Test func whatLimitsAnExaminationIsThere() {
    expect([
      ("Evaluation of the lungs for nodules is limited by large effusions.", ["Pleural effusion"]),
      ("Pneumonia cannot be assessed due to massive effusion.", ["Pleural effusion"]),
      ("No nodule, limited by atelectasis.", ["Atelectasis"]),
      ("Suboptimal for embolism.", []), ("Nodules could not be evaluated due to motion.", []),
      ("Status post resection due to lung mass.", []),
    ])
  }

  @Test func aMeasurementAtTheStartOfALineIsNoItem() {
    expect([("No evidence of an effusion of more than\n1.5 cm or a\n5 mm nodule.", [])])
  }

  @Test func organsAsHeadingsOpenTheFindings() {
    for heading in [
      "LUNGS:", "Lungs and airways:", "Lungs/Pleura:", "Heart and great vessels: Normal.\nLungs:",
      "LUNGS\n",
    ] {
      expect([
        (
          "TECHNIQUE: A catheter was used.\nCOMPARISON: Emphysema 2019.\n\(heading) Consolidation.",
          ["Consolidation"]
        )
      ])
    }
    expect([
      ("HISTORY: Effusion.\nPericardium: Effusion.", ["Pericardial effusion"]),
      ("HISTORY: Lung cancer: treated. Pneumonia?", []),
    ])
  }

  @Test func aHeadingMayNameSeveralSections() {
    for heading in ["Findings and impression:", "FINDINGS/IMPRESSION:", "Impression & findings\n"] {
      expect([("History and technique: Nodule.\n\(heading) Emphysema.", ["Emphysema"])])
    }
  }

  @Test func withoutFindingsTheBlocksAfterABlankLineAreRead() {
    for newline in ["\n", "\r\n"] {
      expect([
        (
          [
            "COMPARISON: Emphysema 2019.", "Nodule before.", "", "Consolidation on the",
            "right. Effusion.", "", "Cardiomegaly.",
          ]
          .joined(separator: newline), ["Consolidation", "Pleural effusion", "Cardiomegaly"]
        ),
        (["COMPARISON: 2019", "", "Emphysema"].joined(separator: newline), ["Emphysema"]),
        (["HISTORY:", "", "Emphysema"].joined(separator: newline), []),
        (
          ["HISTORY: Nodule.", "", "Mass.", "", "IMPRESSION: Emphysema"].joined(separator: newline),
          ["Emphysema"]
        ),
      ])
    }
  }
}
