import ReportText
import Testing

/// Forms in which reports name findings, and words of other organs that look like them.
@Suite struct ReportFindingFormTests {
  private func summary(_ report: String) -> ReportSummary {
    RuleSummarizer().summarize(report) { _ in true }
  }

  private func expect(_ cases: [(report: String, terms: [String])]) {
    for (report, terms) in cases {
      #expect(summary(report).findings.map(\.term) == terms, "\(report)")
    }
  }

  @Test func textBehindAHeadingThatDoesNotEndIsRead() {
    expect([
      ("Comparison: CT of 7 June. A right pleural effusion is seen.", ["Pleural effusion"]),
      (
        "Technique: 1 mm slices without contrast. Bilateral effusions. Cardiomegaly.",
        ["Pleural effusion", "Cardiomegaly"]
      ),
      ("Exam date: 04.05.2021. There are nodules in both lungs.", ["Lung nodule"]),
      ("Clinical history: Cough. There is emphysema in both lungs.", ["Emphysema"]),
      (
        "Indication: Dyspnea. Bilateral effusions and atelectasis.",
        ["Pleural effusion", "Atelectasis"]
      ),
      ("Comparison: 04.05.2021. The heart is enlarged.", ["Cardiomegaly"]),
      ("Comparison: None. The heart is enlarged. Impression: Cardiomegaly.", ["Cardiomegaly"]),
      (
        "Findings: Emphysema. Comparison: CT of May. There is a left effusion.",
        ["Emphysema", "Pleural effusion"]
      ),
    ])
  }

  @Test func historyTechniqueAndComparisonAreStillLeftOut() {
    expect([
      ("History: Nodule. Prior lobectomy for a mass.", []),
      (
        "Technique: A catheter was used. Comparison: Emphysema 2019. Findings: Effusion.",
        ["Pleural effusion"]
      ),
      ("Comparison: CT of May. A nodule was described previously.", []),
      ("History: Asthma. Operated for a left lung mass.", []),
      ("Clinical information: Cough. Left lung mass. Impression: Normal chest.", []),
      ("Indication: Pneumonia? Impression: Emphysema.", ["Emphysema"]),
    ])
  }

  @Test func nodesOfTenMillimetresAreEnlargedInAnyForm() {
    for report in [
      "A right hilar lymph node of 13x11mm is present.", "Lymph nodes measuring 21 \u{D7} 12 mm.",
      "Lymph nodes of 1.6x1.2cm are visible.", "Lymph nodes of 14mm x 12mm are visible.",
      "There is a 16 mm right paratracheal lymph node.", "A 15*12 mm calcified lymph node is seen.",
      "A 22x14 mm axillary lymph node.", "Lymph nodes of pathological size are noted.",
      "Pathologically sized lymph nodes at the hila.", "Lymph nodes in pathological dimensions.",
      "Lymph nodes are seen. The largest measures 18x12 mm.",
      "Lymph nodes 17 millimetres in short axis.", "Metastatic lymph nodes in the mediastinum.",
      "The size of the lymph nodes has increased.",
      "Lymph nodes of 14 mm whose borders cannot be distinguished are present.",
    ] {
      #expect(summary(report).findings.map(\.term) == ["Lymphadenopathy"], "\(report)")
    }
  }

  @Test func nodesOfAStationNeedNoLymph() {
    expect([
      ("Enlarged 15 mm subcarinal node.", ["Lymphadenopathy"]),
      ("A 12 mm paratracheal node is seen.", ["Lymphadenopathy"]),
      ("Axillary nodes, the largest 18x11 mm.", ["Lymphadenopathy"]),
      ("The mediastinal nodes are not enlarged.", []),
      ("No hilar node larger than 10 mm is seen.", []),
    ])
  }

  @Test func aWordForBothSidesIsNotTheSideOfItsNeighbour() {
    for (report, sentence) in [
      ("Left effusion and bibasilar atelectasis.", "atelectasis in both lung bases"),
      ("Right pneumothorax with bibasal consolidation.", "consolidation in both lung bases"),
      ("Left effusion. Biapical emphysema.", "emphysema in both lung apices"),
    ] {
      #expect(summary(report).text.contains(sentence), "\(summary(report).text)")
    }
  }

  @Test func smallNodesAreNeitherEnlargedNorNothing() {
    for report in [
      "A 7 mm paratracheal lymph node is seen.", "Lymph nodes of 22x8mm are visible.",
      "Millimetric mediastinal lymph nodes.", "Lymph nodes below 10 mm are observed.",
      "Lymph nodes of 6 mm (14 mm in the previous examination) are seen.",
      "Lymph nodes that did not reach pathological size are noted.",
    ] {
      #expect(summary(report).text == "There are visible lymph nodes.", "\(report)")
      #expect(!summary(report).isNormal)
    }
    for report in [
      "No lymph node of pathological size was seen.", "The lymph nodes are not enlarged.",
      "No lymph node is seen, the aorta measures 42x40mm.", "Lymph nodes were not detected.",
    ] {
      #expect(summary(report).isNormal, "\(report)")
    }
    expect([("Small lymph nodes and emphysema are seen.", ["Emphysema"])])
  }

  @Test func plaquesOfNamedVesselsAreCalcifications() {
    expect([
      (
        "Atheroma plaques are visible in the LAD.",
        ["Atherosclerosis", "Coronary artery wall calcification"]
      ),
      (
        "There are plaques in the coronary arteries and the arch.",
        ["Arterial wall calcification", "Coronary artery wall calcification"]
      ),
      (
        "Atherosclerotic changes of the aorta.", ["Atherosclerosis", "Arterial wall calcification"]
      ),
      ("Atheroma plaques are not seen in the aorta or the coronary arteries.", []),
      ("A stent in the right coronary artery.", ["Medical material"]),
      ("Atherosclerosis.", ["Atherosclerosis"]),
    ])
  }

  @Test func septalThicknessIsThickening() {
    for report in [
      "Increased thickness of the interlobular septa is noted.",
      "Interlobular septal thicknesses are increased at the bases.",
      "Septal thickness increase in both lungs.", "Prominence is noted in the interlobular septa.",
    ] {
      #expect(
        summary(report).findings.map(\.term) == ["Interlobular septal thickening"], "\(report)")
    }
    expect([("Interlobular septal thickness is normal.", [])])
  }

  @Test func nodularGroundGlassIsAnOpacityAndAGroundGlassNoduleBoth() {
    #expect(
      summary("Nodular ground glass opacities in the right upper lobe.").text
        == "There is ground-glass lung opacity in the right upper lobe.")
    expect([
      ("Patchy nodular ground-glass areas are seen in both lungs.", ["Lung opacity"]),
      ("Ground glass nodular densities at the bases.", ["Lung opacity"]),
      ("A ground-glass nodule of 6 mm in the lingula.", ["Lung opacity", "Lung nodule"]),
      ("Nodules and ground glass areas.", ["Lung nodule", "Lung opacity"]),
      ("No nodular ground glass area is seen.", []),
    ])
  }

  @Test func aDensityThatIsCalledAScarIsAScar() {
    expect([
      (
        "An increase in density consistent with sequelae is seen at the apex of the right lung.",
        ["Pulmonary fibrotic sequela"]
      ),
      ("Density increases evaluated in favor of atelectasis in the lingula.", ["Atelectasis"]),
      (
        "An increase in density may be compatible with atelectasis.",
        ["Lung opacity", "Atelectasis"]
      ),
      (
        "Ground glass areas compatible with sequelae.",
        ["Lung opacity", "Pulmonary fibrotic sequela"]
      ),
    ])
  }

  @Test func otherOrgansAreNotTheLung() {
    for report in [
      "A cyst of 11 mm in segment 7 of the liver.",
      "A hypodense nodule in the right lobe of the thyroid.",
      "The thyroid is heterogeneous. The largest nodule is 17 mm.",
      "The thyroid is enlarged. A nodule of 9 mm is seen in the left lobe.",
      "A 21 mm mass in the right adrenal gland.", "Nodular thickening of the left adrenal.",
      "Increased density in the perinephric fat on the right.",
      "Stranding and opacity of the mesentery.",
      "A Schmorl nodule in the T9 vertebra.", "The liver is large. Another cyst lies in segment 4.",
      "Filling defects in the trachea.", "Nodules in the pelvicalyceal system.",
      "A nodule of the parathyroid.",
    ] {
      #expect(summary(report).isNormal, "\(report): \(summary(report).text)")
    }
    expect([
      ("A stent in the bile duct.", ["Medical material"]),
      ("A filling defect is noted in the stent of the bile duct.", ["Medical material"]),
      ("An increase in density around the stent of the bile duct.", ["Medical material"]),
      ("The thyroid is normal. There are nodules in both lungs.", ["Lung nodule"]),
      (
        "The liver is normal. A nodule is seen in the apical segment of the left upper lobe.",
        ["Lung nodule"]
      ),
      ("A 5 mm nodule in the posterior segment.", ["Lung nodule"]),
      ("A pleural based nodule.", ["Lung nodule"]),
      ("Ground glass areas and a cyst of the liver.", ["Lung opacity"]),
      ("Nodules and osteophytes of the vertebrae are noted.", ["Lung nodule", "Osteophyte"]),
      ("Opacities adjacent to osteophytes of the spine.", ["Lung opacity", "Osteophyte"]),
      ("Emphysema in the subcutaneous tissue.", ["subcutaneous emphysema"]),
    ])
  }

  @Test func whatHasNoSideGetsNone() {
    for (report, text) in [
      ("Right convex scoliosis.", "There is scoliosis."),
      ("Small plaques in the LAD.", "There is coronary artery wall calcification."),
      ("Cardiomegaly, left predominant.", "There is cardiomegaly."),
      ("A hiatal hernia on the left.", "There is hiatal hernia."),
      ("Kyphosis and scoliosis facing left.", "There is kyphosis. There is scoliosis."),
      ("Hepatomegaly, mainly of the right lobe.", "There is hepatomegaly."),
      ("A stent in the left main coronary artery.", "There is medical material, stent."),
      (
        "An effusion is noted on the right, not on the left.",
        "There is pleural effusion on the right side."
      ), ("A small effusion on the left.", "There is small pleural effusion on the left side."),
      (
        "Bilateral breast implants.",
        "There is breast prosthesis on both sides."
      ),
    ] {
      #expect(summary(report).text == text, "\(report)")
    }
  }

  @Test func devicesAreMaterial() {
    for report in [
      "A PEG is seen in the stomach.", "A gastrostomy tube is present.",
      "A mitral prosthesis is seen.",
      "A shoulder prosthesis on the right.", "Postoperative suture materials in the left hilum.",
      "Clip materials are seen near the liver.", "An internal fixator between T4 and T7.",
    ] {
      #expect(summary(report).findings.map(\.term) == ["Medical material"], "\(report)")
    }
    expect([
      ("No prosthesis or suture is seen.", []), ("The drainage catheter has been removed.", []),
      ("The patient underwent valve replacement, and emphysema is seen.", ["Emphysema"]),
      ("A nodule compatible with a peritoneal implant.", []),
    ])
  }
}
