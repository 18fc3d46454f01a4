internal import API
internal import Calibrations
internal import CommandLineSupport
internal import Embeddings
internal import Encoders
package import Evaluation
internal import Inference
package import Tensors
internal import Volumes

/// Evaluates a model. Encodes the volumes of a table of labels, and computes scores and ranks.
package struct ModelEvaluation {
  /// The folder that contains the volumes.
  let volumes: String
  /// The folder that contains the model.
  let model: String
  let threads: Int
  let kernels: Kernels
  /// The file with a ``PromptTable``; nil to make the prompts with the model's template.
  package var prompts: String?
  /// The file with a ``ReportTable``; nil to skip the retrieval.
  package var reports: String?
  /// The column with the texts of the reports; nil for the first default column that exists.
  package var reportColumn: String?
  /// True if reports are shortened to their abnormal findings before they are encoded.
  package var summarizesReports = false
  /// The number of volumes that each report searches; nil for all.
  package var gallery: Int?
  /// The folder to which embeddings and scores are written; nil for a folder named after the model.
  package var output: String?

  package init(volumes: String, model: String, threads: Int, kernels: Kernels) {
    self.volumes = volumes
    self.model = model
    self.threads = threads
    self.kernels = kernels
  }

  /// Finds, encodes and scores the volumes of `labels`.
  ///
  /// - Throws: `CommandFailure`.
  package func run(_ labels: LabelTable) async throws -> EvaluatedScores {
    // The tables are read first, so that their faults are found before the first volume is encoded.
    let wordings = try prompts.map(PromptTable.init(path:))
    let reports = try self.reports.map {
      try ReportTable(
        path: $0, column: reportColumn, isSummarized: summarizesReports)
    }
    let names = labels.studies
    let volumes = try VolumeFolder(names: names, below: self.volumes)
    let model = try ModelLoading.load(
      self.model, threads: threads, kernels: kernels, readsCalibration: false)
    if let caveat = model.model.configuration.caveat { Console.note(caveat) }
    let prompts = try await encode(labels.labels, wordings, model)
    let output = self.output ?? Self.defaultOutput(model.model)
    try EvaluationFiles.makeFolder(output)
    let encoded = try await CohortEncoding(
      model: model, file: EmbeddingFile(folder: output, model: model.model)
    ).encode(volumes.found)
    guard !encoded.isEmpty else {
      throw CommandFailure("\(self.volumes): no volume could be scored", .dataError)
    }
    var scores = try EvaluatedScores(encoded, prompts: prompts, model: model, asked: names.count)
    try scores.write(to: output)
    scores.retrieval = try await reports?.ranks(encoded, gallery: gallery, model: model)
    return scores
  }

  /// Makes and encodes the prompts of `labels`.
  private func encode(
    _ labels: [String], _ wordings: PromptTable?, _ model: LoadedModel
  ) async throws -> CohortPrompts {
    let prompts =
      wordings?.prompts(labels, template: model.template)
      ?? labels.map { PromptTable.standard($0, template: model.template) }
    do {
      let encoded = try await CohortPrompts(prompts, model: model)
      for index in encoded.truncated {
        Console.note("the prompt of \(prompts[index].label) was cut to the model's length")
      }
      return encoded
    } catch InferenceError.promptEmpty(let index) {
      throw CommandFailure(
        "the text for \(prompts[index].label) has no words that the model can read", .dataError)
    } catch {
      let failure = CommandFailure(error, about: self.prompts ?? "the labels")
      throw CommandFailure(failure.message, .dataError)
    }
  }

  /// The default folder: `evaluation-` followed by the model's name, without the characters that a
  /// file name cannot contain.
  private static func defaultOutput(_ model: Model) -> String {
    "evaluation-"
      + String(
        model.configuration.name.map { character in
          let isSafe =
            character.isASCII && (character.isLetter || character.isNumber)
            || "._-".contains(character)
          return isSafe ? character : "-"
        })
  }
}
