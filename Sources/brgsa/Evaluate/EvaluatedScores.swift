import Embeddings
import Encoders
import Evaluation
import Inference
import Volumes

/// Scores of a cohort and what is known about them.
struct EvaluatedScores {
  /// The mean of direct and bridged cosine, which the paper reports.
  let scores: ScoreTable
  /// The parts, for the ablation.
  let components: [ScoreComponent: ScoreTable]
  /// The sentences of each label; none if scores were read.
  let prompts: [Prompt]
  /// What stands above the figures.
  let facts: [ReportFact]
  /// Where reports find their volumes.
  var retrieval: RetrievalRanks?
  /// The model whose scores these are, if it is known.
  let model: LoadedModel?
}

extension EvaluatedScores {
  /// Scores every prompt against every volume.
  init(
    _ volumes: [EncodedVolume], prompts: CohortPrompts, model: LoadedModel, asked: Int
  ) throws(EvaluationError) {
    let rows = volumes.map { prompts.scores(of: $0.embedding) }
    let labels = prompts.prompts.map(\.label)
    var tables: [ScoreComponent: ScoreTable] = [:]
    for component in ScoreComponent.allCases {
      // The fewest digits that read back as the same single, so that the written table is this one.
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
        ReportFact("volumes", "\(volumes.count) of \(asked)"),
      ] + [note].compactMap(\.self)
  }

  /// Writes `scores.csv` and `scores-….csv` of the parts, which `--scores` and `--component-scores` read.
  func write(to folder: String) throws {
    try EvaluateFiles.write(Array(scores.csv.utf8), to: "\(folder)/scores.csv")
    for (component, table) in components {
      try EvaluateFiles.write(Array(table.csv.utf8), to: "\(folder)/\(component.fileName)")
    }
  }
}

extension ScoreComponent {
  /// The file of this part in an evaluation's folder.
  var fileName: String { "scores-\(rawValue).csv" }

  /// The same in the scores of a volume.
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
