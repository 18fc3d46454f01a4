/// A named list of findings to score together.
public struct PromptSet: Sendable, Equatable {
  /// The set's name in requests, for example `ct-rate-18`.
  public let name: String
  /// The terms of the findings, in the order of the paper.
  public let terms: [String]

  /// The prompt sets that every service provides.
  ///
  /// - Source: the abnormalities of CT-RATE and CT-RATE-LT in BrgSA's evaluation, arXiv 2501.03565.
  public static let builtIn = [
    PromptSet(
      name: "ct-rate-18",
      terms: [
        "Medical material", "Arterial wall calcification", "Cardiomegaly", "Pericardial effusion",
        "Coronary artery wall calcification", "Hiatal hernia", "Lymphadenopathy", "Emphysema",
        "Atelectasis", "Lung nodule", "Lung opacity", "Pulmonary fibrotic sequela",
        "Pleural effusion", "Mosaic attenuation pattern", "Peribronchial thickening",
        "Consolidation", "Bronchiectasis", "Interlobular septal thickening",
      ]),
    PromptSet(
      name: "ct-rate-lt-15",
      terms: [
        "Pneumonia", "Pneumothorax", "Empyema", "Tuberculosis", "Pulmonary fibrosis", "Lung cyst",
        "Bronchial thickening", "Lung mass", "Osteophyte", "Rib fracture", "Atherosclerosis",
        "Pericardial calcification", "Spondylosis", "Pleural calcification", "Pneumomediastinum",
      ]),
  ]

  /// Returns the built-in set called `name`; nil if there is none.
  public static func named(_ name: String) -> PromptSet? { builtIn.first { $0.name == name } }
}
