extension ReportSentences {
  /// Written after the rules were, in other styles. The first run, before anything was changed for them,
  /// gave precision 0.913 and recall 0.875; its five faults were mended afterwards.
  static let secondHeldOut: [LabelledText] = [
    LabelledText(
      "Heart is borderline enlarged with a trace amount of pericardial fluid.", "Cardiomegaly",
      "Pericardial effusion"),
    LabelledText("Right PICC tip in the lower SVC.", "Medical material"),
    LabelledText(
      "Dense calcifications of the left main and LAD; the aortic root is spared.",
      "Coronary artery wall calcification"),
    LabelledText("Interval resolution of right basilar consolidation."),
    LabelledText("Interval increase in now moderate left pleural effusion.", "Pleural effusion"),
    LabelledText(
      "Scattered sub-6 mm pulmonary nodules, none suspicious, for which no follow-up is needed.",
      "Lung nodule"),
    LabelledText("The lungs show no nodules, masses, or areas of consolidation."),
    LabelledText(
      "Lungs are hyperinflated with upper-zone predominant emphysema and flattened diaphragms.",
      "Emphysema"),
    LabelledText("Small fat-containing hiatus hernia.", "Hiatal hernia"),
    LabelledText(
      "Streaky opacities at the lung bases favored to represent atelectasis.", "Lung opacity",
      "Atelectasis"),
    LabelledText("Subcentimeter mediastinal nodes, not enlarged by CT criteria."),
    LabelledText(
      "Bulky subcarinal and right hilar lymph nodes measuring up to 2.6 cm.", "Lymphadenopathy"),
    LabelledText(
      "Cylindrical dilatation of the bronchi in the lingula with mucus plugging.", "Bronchiectasis"),
    LabelledText(
      "Thickened walls of the segmental bronchi are compatible with chronic bronchitis.",
      "Bronchial thickening"),
    LabelledText("There is a 3.4 cm cavitating mass abutting the left major fissure.", "Lung mass"),
    LabelledText("Nondisplaced fracture of the lateral right 9th rib.", "Rib fracture"),
    LabelledText("Cystic lesion in the pancreatic tail and simple renal cysts bilaterally."),
    LabelledText("Biapical pleuroparenchymal scarring.", "Pulmonary fibrotic sequela"),
    LabelledText(
      "The pleural effusion has not changed, and no pneumothorax has developed after drainage.",
      "Pleural effusion"),
    LabelledText("Dual-lead ICD and prosthetic aortic valve.", "Medical material"),
    LabelledText(
      "Compared to the prior CT, there are no new opacities and the old ones have cleared."),
    LabelledText(
      "Smooth thickening of interlobular septa in keeping with interstitial edema.",
      "Interlobular septal thickening"),
    LabelledText("Is there any pneumonia? None is seen."),
    LabelledText(
      "Bilateral lower lobe predominant ground-glass with areas of mosaicism.", "Lung opacity",
      "Mosaic attenuation pattern"),
    LabelledText(
      "Severe coronary and moderate aortic atherosclerotic calcification.",
      "Coronary artery wall calcification", "Arterial wall calcification", "Atherosclerosis"),
  ]
}
