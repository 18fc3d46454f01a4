internal import API
internal import Calibrations
internal import CommandLineSupport
internal import Embeddings
internal import Encoders
package import Evaluation
internal import Inference
package import Tensors
internal import Volumes

/// Evaluates a model: encodes the volumes in a table of labels, and computes scores and ranks.
package struct ModelEvaluation {
  /// The folder that contains the volumes.
  let volumes: String
  /// The folder that contains the model.
  let model: String
  let threads: Int
  let kernels: Kernels
  /// The path of a ``PromptTable``; nil to make prompts with the model's template.
  package var prompts: String?
  /// The path of a ``ReportTable``; nil to skip retrieval.
  package var reports: String?
  /// The column that contains the reports' texts; nil for the first default column that exists.
  package var reportColumn: String?
  /// True to reduce reports to their abnormal findings before they are encoded.
  package var summarizesReports = false
  /// The number of volumes in the gallery that each report searches; nil for all.
  package var gallery: Int?
  /// The folder for embeddings and scores; nil for a folder named after the model.
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
    // Read the tables first, so that their faults are found before any volume is encoded.
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

  /// Makes and encodes the prompts for `labels`.
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

  /// The default output folder: `evaluation-` and the model's name. Characters that are unsafe in file names are
  /// replaced by hyphens.
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
