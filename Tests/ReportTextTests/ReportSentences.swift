/// Report sentences in the style of CT-RATE with the findings that a reader takes from them.
///
/// Written by hand before the rules were. A finding that is called possible or probable counts as present;
/// what is only history, only compared, only asked for or denied does not. "Atherosclerosis" is given where
/// the sentence says atheroma or atherosclerosis, "Lung opacity" for ground glass, infiltration and opacity.
struct LabelledText {
  let text: String
  let findings: Set<String>

  init(_ text: String, _ findings: String...) {
    self.text = text
    self.findings = Set(findings)
  }
}

enum ReportSentences {
  /// Rules were tuned on these.
  static let tuned: [LabelledText] = [
    LabelledText("Trachea, both main bronchi are open."),
    LabelledText(
      "Mediastinal structures were evaluated as suboptimal since the examination was unenhanced."),
    LabelledText("Heart contour, size are normal."),
    LabelledText("Pericardial effusion-thickening was not observed."),
    LabelledText("The cardiothoracic index increased in favor of the heart.", "Cardiomegaly"),
    LabelledText(
      "Calcific atheroma plaques are observed in the aortic arch and coronary arteries.",
      "Arterial wall calcification", "Coronary artery wall calcification", "Atherosclerosis"),
    LabelledText(
      "There is a sliding type hiatal hernia at the lower end of the esophagus.", "Hiatal hernia"),
    LabelledText(
      "No lymph node was detected in the mediastinum in pathological size and appearance."),
    LabelledText(
      "Several lymph nodes with a short axis of up to 14 mm are observed in the subcarinal area.",
      "Lymphadenopathy"),
    LabelledText(
      "Lymph nodes that did not reach pathological dimensions are observed in the mediastinum."),
    LabelledText(
      "Diffuse emphysematous changes are present in both lungs, more prominent in the upper lobes.",
      "Emphysema"),
    LabelledText(
      "When examined in the lung parenchyma window; linear atelectasis is observed in the middle lobe of "
        + "the right lung and the lingular segment of the left lung.", "Atelectasis"),
    LabelledText(
      "A 6.5 mm diameter nonspecific nodule is observed in the posterobasal segment of the left lower lobe.",
      "Lung nodule"),
    LabelledText(
      "There is no change in the size of the nodule in the right upper lobe.", "Lung nodule"),
    LabelledText("The previously described 4 mm nodule in the lingula is stable.", "Lung nodule"),
    LabelledText(
      "The nodule seen in the previous examination was not detected in the current study."),
    LabelledText("Mass nodule infiltration was not detected in both lungs."),
    LabelledText("No mass, nodule or active infiltration was detected in either lung parenchyma."),
    LabelledText(
      "Peripheral ground-glass densities are seen in both lungs and may be compatible with Covid-19 "
        + "pneumonia.", "Lung opacity", "Pneumonia"),
    LabelledText(
      "Patchy consolidations with air bronchograms are seen in the left lower lobe.",
      "Consolidation"),
    LabelledText(
      "Pleuroparenchymal sequela density increases are observed in the apices of both lungs.",
      "Pulmonary fibrotic sequela"),
    LabelledText(
      "Minimal pleural effusion is present on the right, measuring 1.2 cm at its thickest point.",
      "Pleural effusion"),
    LabelledText("Bilateral pleural thickening-effusion was not detected."),
    LabelledText(
      "No pleural effusion or pneumothorax, but there is mild bronchiectasis in the lower lobes.",
      "Bronchiectasis"),
    LabelledText(
      "A mosaic attenuation pattern is noted in both lungs (small airway disease?).",
      "Mosaic attenuation pattern"),
    LabelledText(
      "There are peribronchial thickenings in the central parts of both lungs.",
      "Peribronchial thickening"),
    LabelledText(
      "Smooth interlobular septal thickening and bilateral effusion suggest congestion.",
      "Interlobular septal thickening", "Pleural effusion"),
    LabelledText(
      "The interlobular septa are thickened at the bases.", "Interlobular septal thickening"),
    LabelledText("Interlobular septa are not thickened."),
    LabelledText(
      "A port chamber is seen on the right chest wall and its catheter ends in the superior vena cava.",
      "Medical material"),
    LabelledText(
      "Sternotomy suture materials are observed secondary to a previous bypass operation.",
      "Medical material"),
    LabelledText(
      "A stent is observed in the left anterior descending coronary artery.", "Medical material"),
    LabelledText("The tip of the nasogastric tube lies in the stomach.", "Medical material"),
    LabelledText("Patient with a history of tuberculosis and operated breast cancer."),
    LabelledText(
      "Findings were evaluated in favor of pneumonia; clinical and laboratory correlation is recommended.",
      "Pneumonia"),
    LabelledText("Clinical and laboratory correlation is recommended in terms of pneumonia."),
    LabelledText("Pneumonia cannot be excluded.", "Pneumonia"),
    LabelledText(
      "Compared with the examination dated 12.03.2019, the pleural effusion has completely resolved."
    ),
    LabelledText("In the previous examination there was a pneumothorax on the left."),
    LabelledText("The pneumothorax on the left has decreased in size.", "Pneumothorax"),
    LabelledText(
      "A spiculated mass of 52x41 mm is observed in the right upper lobe, invading the mediastinum.",
      "Lung mass"),
    LabelledText(
      "Hypodense nodules are observed in both lobes of the thyroid gland, the largest 12 mm."),
    LabelledText("A cortical cyst of 3 cm is observed in the upper pole of the left kidney."),
    LabelledText("Thin-walled air cysts are present in both lower lobes.", "Lung cyst"),
    LabelledText(
      "Osteophytes bridging each other are observed at the vertebral corpus corners.", "Osteophyte"),
    LabelledText(
      "Displaced fractures are seen in the 5th and 6th ribs on the left.", "Rib fracture"),
    LabelledText("No fracture line is observed in the ribs."),
    LabelledText("Spondylotic changes are present in the thoracic vertebrae.", "Spondylosis"),
    LabelledText(
      "Calcified pleural plaques are seen along the diaphragmatic pleura bilaterally.",
      "Pleural calcification"),
    LabelledText(
      "Free air in the mediastinum is compatible with pneumomediastinum.", "Pneumomediastinum"),
    LabelledText(
      "Honeycombing and traction bronchiectasis at the bases are consistent with pulmonary fibrosis.",
      "Pulmonary fibrosis", "Bronchiectasis"),
    LabelledText(
      "Bronchial wall thickening is present, especially in the segmental bronchi of the lower lobes.",
      "Bronchial thickening"),
    LabelledText(
      "The pericardium is calcified along the right ventricle.", "Pericardial calcification"),
    LabelledText(
      "A loculated fluid collection with an enhancing rim on the right suggests empyema.",
      "Empyema"),
    LabelledText(
      "Tree-in-bud nodules and a cavity in the right apex are suspicious for active tuberculosis.",
      "Lung nodule", "Tuberculosis"),
    LabelledText("Aortic calibration is natural, without aneurysm or calcification."),
    LabelledText(
      "The lungs are clear except for a calcified nodule in the right middle lobe.", "Lung nodule"),
    LabelledText(
      "Apart from dependent atelectasis, no parenchymal abnormality is identified.", "Atelectasis"),
    LabelledText("Neither consolidation nor ground glass opacity is seen."),
    LabelledText(
      "The heart is mildly enlarged and there is a small pericardial effusion.",
      "Cardiomegaly", "Pericardial effusion"),
    LabelledText("Heart size is not increased."),
    LabelledText("Follow-up CT in 6 months is recommended to rule out growth of a nodule."),
    LabelledText("If symptoms of pneumonia persist, a repeat examination is advised."),
    LabelledText(
      "Emphysema is no longer a concern, and the effusion is unchanged.", "Pleural effusion"),
  ]

  /// Never used for tuning; the figure of the first run was stated with the first version.
  static let heldOut: [LabelledText] = [
    LabelledText(
      "Millimetric nonspecific nodules are observed in both lungs, the largest 4.2 mm in the right "
        + "middle lobe.", "Lung nodule"),
    LabelledText(
      "Thoracic aorta diameter is normal, with wall calcifications in the descending part.",
      "Arterial wall calcification"),
    LabelledText("Both hemithoraces are free of pleural fluid."),
    LabelledText(
      "Subsegmental collapse of the left lower lobe accompanies the moderate effusion.",
      "Atelectasis", "Pleural effusion"),
    LabelledText("No evidence of acute pulmonary embolism; the main pulmonary artery is dilated."),
    LabelledText(
      "Cardiac pacemaker leads terminate in the right atrium and right ventricle.",
      "Medical material"),
    LabelledText(
      "Bilateral hilar and mediastinal adenopathies have progressed since the prior study.",
      "Lymphadenopathy"),
    LabelledText(
      "There is a moderate sized hernia of the stomach through the oesophageal hiatus.",
      "Hiatal hernia"),
    LabelledText(
      "Bronchiectatic changes and accompanying peribronchial wall thickening in the left lower lobe.",
      "Bronchiectasis", "Peribronchial thickening"),
    LabelledText(
      "Scattered areas of decreased attenuation give the lung a mosaic appearance.",
      "Mosaic attenuation pattern"),
    LabelledText(
      "There are calcific plaques on the walls of the LAD and circumflex arteries.",
      "Coronary artery wall calcification"),
    LabelledText(
      "Consolidation in the right lower lobe has resolved, leaving a fibrotic band.",
      "Pulmonary fibrotic sequela"),
    LabelledText("No pneumothorax following removal of the chest tube."),
    LabelledText("Old healed fractures of the right seventh and eighth ribs.", "Rib fracture"),
    LabelledText("Liver contains a 2 cm cyst; the adrenal glands show no mass."),
    LabelledText(
      "The differential diagnosis includes atypical infection and organizing pneumonia.",
      "Pneumonia"),
    LabelledText("Lung parenchyma: Infiltrates in the right base, no cavitation.", "Lung opacity"),
    LabelledText(
      "Degenerative osteophytic spurs are present throughout the dorsal spine.", "Osteophyte"),
    LabelledText("Cardiomegaly is present without pericardial effusion.", "Cardiomegaly"),
    LabelledText("Examination performed for suspected pulmonary tuberculosis shows normal lungs."),
    LabelledText(
      "Panlobular emphysema with several bullae, the largest at the left apex.", "Emphysema"),
    LabelledText("A lobulated lesion of 4 cm suspicious for malignancy lies in the left hilum."),
  ]
}
