/// Whole reports in the style of CT-RATE with the findings that a reader takes from them, written by hand
/// before the rules were. The labelling is that of ``ReportSentences``.
enum WholeReports {
  /// Rules were tuned on these.
  static let tuned: [LabelledText] = [
    LabelledText(
      """
      Clinical information: Cough, fever. Covid pneumonia?
      Technique: Non-contrast axial sections of 1.5 mm thickness were taken.
      Findings: Trachea, both main bronchi are open. Mediastinal main vascular structures, heart contour, size \
      are normal. Thoracic aorta diameter is normal. Pericardial effusion-thickening was not observed. Thoracic \
      esophagus calibration was normal and no significant tumoral wall thickening was detected. No enlarged lymph \
      nodes in prevascular, pre-paratracheal, subcarinal or bilateral hilar-axillary pathological dimensions were \
      detected. When examined in the lung parenchyma window; Patchy ground glass densities are observed in the \
      peripheral areas of both lungs, more prominent in the lower lobes. Pleural effusion-thickening was not \
      detected. Upper abdominal organs included in the sections are normal. Bone structures in the study area are \
      natural. Vertebral corpus heights are preserved.
      Impression: Findings are consistent with viral pneumonia (Covid-19). Clinical and laboratory correlation is \
      recommended.
      """, "Lung opacity", "Pneumonia"),
    LabelledText(
      """
      CLINICAL HISTORY: 74-year-old man, known COPD, history of lung cancer surgery.
      TECHNIQUE: Chest CT without contrast, 1.0 mm slices. Comparison: CT dated 04.05.2020.
      FINDINGS:
      The heart is enlarged. Coronary artery calcifications are noted. There is calcific atherosclerosis of the \
      thoracic aorta. No pericardial effusion.
      Severe centrilobular emphysema with upper lobe predominance. A 9 mm solid nodule in the left upper lobe \
      (series 4, image 112) is unchanged. No new nodule. No consolidation. Mild bronchial wall thickening.
      No pleural effusion or pneumothorax.
      Multilevel degenerative disc disease with anterior osteophytes.
      IMPRESSION:
      1. Stable 9 mm left upper lobe nodule.
      2. Severe emphysema.
      3. Cardiomegaly and coronary calcification.
      """, "Cardiomegaly", "Coronary artery wall calcification", "Arterial wall calcification",
      "Atherosclerosis", "Emphysema", "Lung nodule", "Bronchial thickening", "Osteophyte"),
    LabelledText(
      """
      Findings: Trachea and both main bronchi are open. No occlusive pathology was detected in the trachea and \
      both main bronchi. Heart contour and size are normal. Pleural effusion measuring 35 mm in the thickest part \
      on the left and 20 mm on the right is observed. Adjacent compressive atelectasis is present in both lower \
      lobes. The cardiac pacemaker in the left anterior chest wall and its leads are observed. Interlobular septal \
      thickenings are seen in the upper lobes. There are lymph nodes in the mediastinum, the short axis of the \
      largest is 7 mm. No lytic-destructive lesion was detected in the bone structures.
      Impression: Bilateral pleural effusion, compressive atelectasis. Interlobular septal thickening, which was \
      evaluated in favor of pulmonary edema.
      """, "Pleural effusion", "Atelectasis", "Medical material", "Interlobular septal thickening"),
    LabelledText(
      """
      Indication: Rule out pneumothorax after fall.
      Findings: There are displaced fractures of the left 4th, 5th and 6th ribs. A left apical pneumothorax of \
      2.3 cm is present. Small left pleural effusion, likely hemothorax. Contusion in the left upper lobe with \
      ground-glass opacity. Subcutaneous emphysema along the left chest wall. The right lung is clear. No \
      pneumomediastinum. Mediastinum is midline. Heart size normal.
      Impression: Left rib fractures with pneumothorax and small effusion.
      """, "Rib fracture", "Pneumothorax", "Pleural effusion", "Lung opacity"),
    LabelledText(
      """
      Technique: Images were obtained without IV contrast.
      Findings: Trachea, both main bronchi are open. Mediastinal main vascular structures, heart contour, size \
      are normal. Pericardial effusion-thickening was not observed. No lymph node in pathological size and \
      appearance was observed. In the evaluation of both lung parenchyma; no active infiltration or mass lesion \
      was detected. Ventilation of both lungs is natural. Upper abdominal sections are unremarkable. No lytic or \
      destructive lesion is seen in the bones.
      Impression: Thorax CT examination within normal limits.
      """),
    LabelledText(
      """
      Findings:
      - Trachea is in the midline and open.
      - Calcific atheromatous plaques in the aortic arch, descending aorta and coronary arteries.
      - Sternotomy sutures, status post CABG.
      - Sliding hiatal hernia.
      - Pleuroparenchymal sequelae in both apices; linear atelectasis in the lingula.
      - Nonspecific pulmonary nodules smaller than 5 mm in both lungs.
      - No pleural effusion.
      - Thoracic spondylosis.
      Impression:
      - Findings described above; no active infiltration.
      """, "Arterial wall calcification", "Coronary artery wall calcification", "Atherosclerosis",
      "Medical material", "Hiatal hernia", "Pulmonary fibrotic sequela", "Atelectasis",
      "Lung nodule",
      "Spondylosis"),
    LabelledText(
      """
      Clinical Information: Interstitial lung disease?
      Findings: Lungs: Subpleural reticulation with honeycombing and traction bronchiectasis, predominantly in the \
      lower lobes. Superimposed ground glass is not seen. No nodule or mass. Mosaic attenuation is not present. \
      Pleura: No effusion; calcified plaques on the right diaphragmatic pleura. Mediastinum: Lymph nodes up to 13 \
      mm in short axis in the right lower paratracheal station. Heart: Normal size. Small pericardial effusion. \
      Bones: Osteophytes of the thoracic spine.
      Impression: Usual interstitial pneumonia pattern of pulmonary fibrosis. Asbestos-related pleural plaques.
      """, "Pulmonary fibrosis", "Bronchiectasis", "Pleural calcification", "Lymphadenopathy",
      "Pericardial effusion", "Osteophyte"),
    LabelledText(
      """
      Findings: Compared with the previous CT of 10.01.2021, the consolidation in the right lower lobe has \
      disappeared. The pleural effusion on the right has regressed but persists at 8 mm. The 12x10 mm nodule in the \
      left lower lobe shows no change. A newly developed cavity in the right upper lobe with surrounding nodular \
      infiltrates is seen. Bronchial dilatations in the right upper lobe. No pathologically enlarged lymph node.
      Impression: New cavity with infiltrates, suspicious for tuberculosis. Regressed right effusion.
      """, "Pleural effusion", "Lung nodule", "Lung opacity", "Bronchiectasis", "Tuberculosis"),
    LabelledText(
      """
      FINDINGS: Endotracheal tube terminates 4 cm above the carina. Right internal jugular central venous line \
      in the SVC. Bilateral dense consolidations with air bronchograms in the dependent lungs, diffuse ground-glass \
      opacities with crazy paving. Bilateral small effusions, left greater than right. Pneumomediastinum with air \
      tracking into the neck. No pneumothorax. Heart is normal in size. Cannot exclude empyema on the left given \
      pleural enhancement.
      IMPRESSION: ARDS with barotrauma.
      """, "Medical material", "Consolidation", "Lung opacity", "Pleural effusion",
      "Pneumomediastinum",
      "Empyema"),
    LabelledText(
      """
      Findings: A 64x58 mm mass with irregular margins in the right hilum obstructs the right upper lobe bronchus. \
      Postobstructive atelectasis of the right upper lobe. Multiple enlarged mediastinal lymph nodes, the largest 22 \
      mm in the subcarinal station. There are several nodules in the left lung measuring up to 11 mm, consistent \
      with metastases. In the left lobe of the liver there is a hypodense lesion of 18 mm. Adrenal glands show no \
      nodule. A thyroid nodule of 15 mm is seen on the left. Emphysematous changes in the upper lobes, bullae in the \
      apices. No pleural or pericardial effusion.
      Impression: Right hilar lung mass with lymphadenopathy and pulmonary metastases.
      """, "Lung mass", "Atelectasis", "Lymphadenopathy", "Lung nodule", "Emphysema"),
    LabelledText(
      """
      Findings: Cardiothoracic ratio is within normal limits. The diameter of the ascending aorta is 42 mm. The \
      pericardium shows linear calcification without effusion. No mediastinal mass. Peribronchial cuffing and \
      thickened septa in both lower lobes. A mosaic perfusion pattern in expiration suggests air trapping. Several \
      thin-walled cysts are scattered in both lungs; the largest is 2.1 cm. No nodules. Pleural spaces are dry.
      Opinion: Cystic lung disease (lymphangioleiomyomatosis?). Small airways disease.
      """, "Pericardial calcification", "Peribronchial thickening",
      "Interlobular septal thickening",
      "Mosaic attenuation pattern", "Lung cyst"),
    LabelledText(
      """
      Reason for exam: pneumonia, pleural effusion? Known tuberculosis in childhood.
      Findings: Sequela fibrotic changes and calcified granulomas in the right apex. Lungs otherwise clear, without \
      consolidation, cavity or nodule in the left lung. Bilateral hila are calcified. There is mild pleural \
      thickening at the right apex but no fluid. Old rib fracture on the right. Atherosclerotic changes of the \
      aorta. Gallstones. Hepatosteatosis.
      Conclusion: No pneumonia. Old granulomatous disease.
      """, "Pulmonary fibrotic sequela", "Rib fracture", "Atherosclerosis"),
  ]

  /// Never used for tuning; the figure of the first run was stated with the first version.
  static let heldOut: [LabelledText] = [
    LabelledText(
      """
      Clinical information: Dyspnea. Pulmonary embolism, pneumonia?
      Technique: Contrast-enhanced axial sections were taken with the pulmonary CT angiography protocol.
      Findings: No filling defect compatible with embolism was observed in the main pulmonary artery and its \
      branches. Heart size has increased. Minimal effusion is observed in the pericardial space. There is bilateral \
      pleural effusion reaching 4 cm on the right, and passive atelectatic changes in the adjacent lung. Thickening \
      of the interlobular septa and mosaic attenuation draw attention in both lungs. Calcific plaques are observed \
      in the coronary arteries. Catheter is observed extending to the superior vena cava. No pathological lymph node \
      is observed. Left-sided scoliosis of the thoracic vertebrae.
      Impression: Cardiomegaly, pericardial and bilateral pleural effusion. Findings in favor of cardiac congestion.
      """, "Cardiomegaly", "Pericardial effusion", "Pleural effusion", "Atelectasis",
      "Interlobular septal thickening", "Mosaic attenuation pattern",
      "Coronary artery wall calcification",
      "Medical material"),
    LabelledText(
      """
      HISTORY: Follow up of nodule. Prior right mastectomy.
      COMPARISON: 11/2018.
      FINDINGS: The previously noted 5 mm nodule in the right middle lobe is no longer visualized. There is a new \
      7 mm ground-glass nodule in the left lower lobe. Mild dependent atelectasis. No effusion. No adenopathy. \
      Coronary stent. The heart is not enlarged. Surgical clips in the right axilla. Mild degenerative changes of the \
      spine.
      IMPRESSION: 1. Resolved right middle lobe nodule. 2. New left lower lobe nodule, follow-up in 3 months.
      """, "Lung nodule", "Atelectasis", "Medical material"),
    LabelledText(
      """
      Findings: Trachea, both main bronchi are open. Mediastinal main vascular structures, heart contour, size are \
      normal. Calcific atheroma plaques are observed in the thoracic aorta. Pericardial effusion-thickening was not \
      observed. In both lungs, there are nodular consolidations accompanied by ground glass areas. Budding tree \
      appearance in the right lower lobe. Tubular bronchiectasis in the left lower lobe, with thickening of the \
      bronchial walls. Pneumothorax was not detected. Osteophytic degenerative changes in the vertebrae.
      Impression: Infective process, primarily bronchopneumonia.
      """, "Arterial wall calcification", "Atherosclerosis", "Consolidation", "Lung opacity",
      "Bronchiectasis",
      "Bronchial thickening", "Osteophyte", "Pneumonia"),
    LabelledText(
      """
      Findings: Normal heart and great vessels. No adenopathy by size criteria. Lungs are well expanded without \
      nodule, mass, consolidation or ground-glass change. No bronchiectasis. Pleural spaces clear. Small hiatal \
      hernia. Old granulomatous calcification in the left hilum. Minor linear scarring at the right base.
      Impression: No acute disease. Small hiatal hernia.
      """, "Hiatal hernia", "Pulmonary fibrotic sequela"),
  ]
}
