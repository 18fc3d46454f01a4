public import Encoders

/// A named list of findings to score together.
public struct PromptSet: Sendable, Equatable {
  /// The set's name in requests, for example `ct-rate-18`.
  public let name: String
  /// The terms of the findings, in the order of the paper.
  public let terms: [String]
  /// The sentences of the findings, in the order of ``terms``; nil to use the model's template.
  public let wordings: [ModelConfiguration.Wording]?

  init(name: String, terms: [String]) {
    self.name = name
    self.terms = terms
    wordings = nil
  }

  /// Makes the set that belongs to a model.
  init(_ list: ModelConfiguration.PromptList) {
    name = list.name
    terms = list.prompts.map(\.label)
    wordings = list.prompts
  }

  /// Returns the findings to score.
  public func prompts(_ template: PromptTemplate) -> [Prompt] {
    wordings?.map { Prompt(label: $0.label, texts: [$0.text], negative: $0.negative) }
      ?? terms.map { Prompt($0, template: template) }
  }

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
