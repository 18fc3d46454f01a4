internal import Embeddings
internal import Encoders
package import Evaluation
internal import Inference
internal import Tensors
internal import Volumes

/// The scores of a cohort, with facts about their origin.
package struct EvaluatedScores {
  /// The scores by the model's rule, which the paper reports.
  package let scores: ScoreTable
  /// The scores of the other components, for the ablation.
  package let components: [ScoreComponent: ScoreTable]
  /// The prompt of each label; empty if the scores were read from files.
  let prompts: [Prompt]
  /// The facts that the report shows above its results.
  package let facts: [ReportFact]
  /// The rank of each report's own volume; nil if retrieval was not measured.
  package internal(set) var retrieval: RetrievalRanks?
  /// The model that computed the scores; nil if it is unknown.
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
    let hasBank = model.model.configuration.bank != nil
    for component in hasBank ? ScoreComponent.allCases : [.mean] {
      // A float's description has the fewest digits that parse to the same float. It is parsed as a double here, so
      // that this table equals the one that is later read from the written file.
      let columns = labels.indices.map { label in
        rows.map { row in
          let score = row[label]
          return Double(
            (component == .mean ? score.score : score.mean(component.cosine)).description)
        }
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
        ReportFact("score", configuration.score.kind),
        ReportFact("compute", model.model.kernels.compute.rawValue),
        ReportFact("volumes", "\(volumes.count) of \(asked)"),
      ] + [note].compactMap(\.self)
  }

  /// Writes the mean scores to `scores.csv` and the scores of each other component to `scores-NAME.csv`. The options
  /// `--scores` and `--component-scores` read these files.
  ///
  /// - Throws: `CommandFailure`.
  func write(to folder: String) throws {
    try EvaluationFiles.write(Array(scores.csv.utf8), to: "\(folder)/scores.csv")
    for (component, table) in components {
      try EvaluationFiles.write(Array(table.csv.utf8), to: "\(folder)/\(component.fileName)")
    }
  }
}

extension ScoreComponent {
  /// The name of the component's file in an evaluation's folder.
  var fileName: String { "scores-\(rawValue).csv" }

  /// The property of ``ZeroShotScore`` that contains this component.
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
