import ReportText
import Testing

/// What a report denies, and what it affirms in nearly the same words.
@Suite struct ReportDenialTests {
  private func terms(_ report: String) -> [String] {
    RuleSummarizer().summarize(report) { _ in true }.findings.map(\.term)
  }

  private func expect(_ cases: [(report: String, terms: [String])]) {
    for (report, terms) in cases { #expect(self.terms(report) == terms, "\(report)") }
  }

  @Test func aDenialBehindAnotherStatementReachesItsWholeList() {
    expect([
      ("Aeration is preserved and no consolidation or mass is visible in the lungs.", []),
      ("The cardiac contour is regular, and no pleural effusion or pneumothorax was noted.", []),
      ("The hila are normal and no lymphadenopathy, mass or calcification was identified.", []),
      ("The bronchi are of normal width and neither bronchiectasis nor emphysema is found.", []),
      ("The heart is of normal size and effusion, pneumothorax or nodules were not seen.", []),
      ("The lungs are well expanded, atelectasis and consolidation are not present.", []),
      ("The pericardium is thin and pericardial thickening and effusion are not observed.", []),
    ])
  }

  @Test func anAffirmationBehindADenialStays() {
    expect([
      (
        "The aorta is normal and a nodule or mass is seen in the right lung.",
        ["Lung nodule", "Lung mass"]
      ),
      (
        "No nodule is seen and atelectasis and effusion are present.",
        ["Atelectasis", "Pleural effusion"]
      ),
      (
        "No consolidation was detected in the lungs, and sequelae and emphysema are observed.",
        ["Pulmonary fibrotic sequela", "Emphysema"]
      ),
      ("No nodule, but an effusion is present.", ["Pleural effusion"]),
      ("The heart is enlarged and no effusion or nodule is seen.", ["Cardiomegaly"]),
      (
        "Nodules are observed in the right lung, emphysema in the left, and effusion is not seen.",
        ["Lung nodule", "Emphysema"]
      ),
      (
        "Calcific plaques are seen in the aorta, the coronary arteries, and the heart is enlarged.",
        ["Arterial wall calcification", "Coronary artery wall calcification", "Cardiomegaly"]
      ),
      ("No mass was found in the right lung, which has a pleural effusion.", ["Pleural effusion"]),
    ])
  }

  @Test func compatibleWithDoesNotEndADenial() {
    expect([
      ("As far as can be judged, no mass compatible with a new metastasis was detected.", []),
      (
        "As far as could be assessed without contrast, no thrombus consistent with embolism is seen.",
        []
      ),
      ("In the lungs no change compatible with pneumonia was found.", []),
      ("No nodule associated with a small cavity is observed.", []),
      (
        "As far as can be seen, there is a mass compatible with a metastasis.",
        ["Lung mass", "metastasis"]
      ),
      (
        "As far as can be judged, no nodule is seen, but there is an effusion.",
        ["Pleural effusion"]
      ),
    ])
  }

  @Test func whatWasSeenBeforeAndIsGoneIsDenied() {
    expect([
      ("The effusion, which was visible on the earlier study, is not present now.", []),
      ("The consolidation that had been noted on the prior CT could not be found today.", []),
      ("The nodule, seen before, was not detected in this examination.", []),
      ("The pneumothorax was present on the previous scan but is no longer visible.", []),
      ("Atelectasis was noted previously and is not observed now.", []),
      ("The catheter, which was seen in the previous examination, was removed.", []),
      ("The infiltration observed in March shows complete regression.", []),
      (
        "It is understood that the nodules seen previously and followed for a year have disappeared.",
        []
      ),
      ("The nodule described in the CT scan dated 3 May.", []),
      ("In the previous examination there is an effusion on the left.", []),
    ])
  }

  @Test func whatWasSeenBeforeAndIsStillThereIsAffirmed() {
    expect([
      ("The effusion, which was visible on the earlier study, is unchanged.", ["Pleural effusion"]),
      ("A nodule that was not seen on the previous examination is present.", ["Lung nodule"]),
      ("The consolidation was not observed in the previous CT.", ["Consolidation"]),
      ("An effusion is seen on the left and is not seen on the right.", ["Pleural effusion"]),
      ("The nodule seen before is smaller now.", ["Lung nodule"]),
      ("The pneumothorax, seen before, has partially resolved.", ["Pneumothorax"]),
      ("Masses in the lung whose borders cannot be distinguished.", ["Lung mass"]),
      ("Compared with the previous CT, consolidation has increased.", ["Consolidation"]),
      (
        "No significant structural or dimensional differences were found in the nodules.",
        ["Lung nodule"]
      ),
    ])
  }

  @Test func aDashBetweenAPairIsAListOfWhatIsDenied() {
    expect([
      ("Pleural effusion - no thickening was noted.", []),
      ("Pericardial thickening \u{2013} no effusion was detected.", []),
      ("Pleural effusion-no thickening is visible.", []),
      ("Active infiltration, no consolidation was found.", []),
      ("A pleural effusion is present - no thickening was noted.", ["Pleural effusion"]),
      ("Small pleural effusion - no thickening was noted.", ["Pleural effusion"]),
      ("Left pleural effusion - no pneumothorax.", ["Pleural effusion"]),
      ("Pneumothorax - no pleural effusion was seen.", ["Pneumothorax"]),
      ("Emphysema - no nodule was seen.", ["Emphysema"]),
    ])
  }

  @Test func noIncreaseInThicknessDeniesTheThickening() {
    expect([
      ("No increase in tumoral thickness of the esophageal wall was noted.", []),
      ("There was no increase in bronchial wall thickness.", []),
      ("No increase in interlobular septal thickness is visible.", []),
      ("No increase of density suggesting pneumonia was found.", []),
      ("No increase in the size of the mass was noted.", ["Lung mass"]),
      ("There is no increase in the number of nodules.", ["Lung nodule"]),
      ("Increases in bronchial wall thickness are present.", ["Bronchial thickening"]),
    ])
  }

  @Test func anExaminationWithoutContrastDeniesNothing() {
    expect([
      ("CT without contrast shows a pleural effusion.", ["Pleural effusion"]),
      (
        "Due to the lack of contrast the vessels are not assessed, and emphysema is seen.",
        ["Emphysema"]
      ),
      ("A patient with a history of lymphoma has a pleural effusion.", ["Pleural effusion"]),
      ("Due to a large effusion, the left lower lobe cannot be seen.", ["Pleural effusion"]),
    ])
  }
}
