internal import Embeddings
internal import Encoders
package import Evaluation
internal import Inference
internal import Tensors
internal import Volumes

/// The scores of a cohort, with facts about them.
package struct EvaluatedScores {
  /// The mean of direct and bridged cosine, which the paper reports.
  package let scores: ScoreTable
  /// The parts, for the ablation.
  package let components: [ScoreComponent: ScoreTable]
  /// The sentences of each label; empty for scores from files.
  let prompts: [Prompt]
  /// The facts shown above the figures.
  package let facts: [ReportFact]
  /// The ranks of the reports' volumes.
  package internal(set) var retrieval: RetrievalRanks?
  /// The model of the scores; nil if unknown.
  let model: LoadedModel?
}

extension EvaluatedScores {
  /// Scores every prompt against every volume.
  init(
    _ volumes: [EncodedStudy], prompts: CohortPrompts, model: LoadedModel, asked: Int
  ) throws(EvaluationError) {
    let rows = volumes.map { prompts.scores(of: $0.embedding) }
    let labels = prompts.prompts.map(\.label)
    var tables: [ScoreComponent: ScoreTable] = [:]
    for component in ScoreComponent.allCases {
      // The fewest digits that read back as the same float, so that the written table equals this
      // one.
      let columns = labels.indices.map { label in
        rows.map { Double($0[label].mean(component.cosine).description) }
      }
      tables[component] = try ScoreTable(
        studies: volumes.map(\.name), labels: labels, columns: columns)
    }
    let empty = try ScoreTable(studies: [], labels: [], columns: [])
    scores = tables.removeValue(forKey: .mean) ?? empty
    components = tables
    self.prompts = prompts.prompts
    self.model = model
    let configuration = model.model.configuration
    let note = configuration.caveat.map { ReportFact("note", $0) }
    facts =
      [
        ReportFact("model", "\(configuration.name) \(configuration.version)"),
        ReportFact("model_sha256", model.model.fingerprint),
        ReportFact("recipe", model.recipe.identifier),
        ReportFact("compute", model.model.kernels.compute.rawValue),
        ReportFact("volumes", "\(volumes.count) of \(asked)"),
      ] + [note].compactMap(\.self)
  }

  /// Writes `scores.csv` and `scores-….csv` of the parts, which `--scores` and `--component-scores` read.
  func write(to folder: String) throws {
    try EvaluationFiles.write(Array(scores.csv.utf8), to: "\(folder)/scores.csv")
    for (component, table) in components {
      try EvaluationFiles.write(Array(table.csv.utf8), to: "\(folder)/\(component.fileName)")
    }
  }
}

extension ScoreComponent {
  /// The file of this part in an evaluation's folder.
  var fileName: String { "scores-\(rawValue).csv" }

  /// The same cosine in a volume's scores.
  var cosine: KeyPath<ZeroShotScore, Float> {
    switch self {
    case .direct: \.direct
    case .bridged: \.bridged
    case .mean: \.mean
    case .directBridgedText: \.directBridgedText
    case .bridgedBoth: \.bridgedBoth
    }
  }
}
