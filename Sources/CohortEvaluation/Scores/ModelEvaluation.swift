import API
import ArgumentParser
import Calibrations
import Embeddings
import Encoders
import Evaluation
import Inference
import Volumes

/// An evaluation that encodes volumes: labels in, scores and ranks out.
struct EvaluateModelRun {
  private let options: EvaluateCohortOptions
  private let folder: String
  private let modelFolder: String
  private let threads: Int

  init(_ options: EvaluateCohortOptions, volumes: String, _ settings: Settings) {
    self.options = options
    folder = volumes
    modelFolder = settings.model
    threads = settings.threads
  }

  /// Finds, encodes and scores the volumes of `labels`.
  ///
  /// - Throws: `ExitCode`, after saying why.
  func run(_ labels: LabelTable) async throws -> EvaluatedScores {
    // Finds every fault of the tables before the first volume is encoded.
    let wordings = try options.prompts.map(EvaluateWordings.init(path:))
    let reports = try options.reports.map {
      try EvaluateReports(
        path: $0, column: options.reportColumn, isSummarized: options.summarize)
    }
    let names = labels.studies
    let volumes = try EvaluateVolumes(names: names, below: folder)
    let model = try ModelLoading.load(modelFolder, threads: threads, readsCalibration: false)
    if let caveat = model.model.configuration.caveat { Console.complain(caveat) }
    let prompts = try await prompts(labels.labels, wordings, model)
    let output = options.output ?? Self.defaultOutput(model.model)
    try EvaluateFiles.makeFolder(output)
    let encoded = try await EvaluateEncoding(
      model: model, store: EmbeddingStore(folder: output, model: model.model)
    ).encode(volumes.found)
    guard !encoded.isEmpty else {
      Console.complain("\(folder): no volume could be scored")
      throw ExitCode.dataError
    }
    var scores = try EvaluatedScores(encoded, prompts: prompts, model: model, asked: names.count)
    try scores.write(to: output)
    scores.retrieval = try await reports?.ranks(encoded, gallery: options.gallery, model: model)
    return scores
  }

  private func prompts(
    _ labels: [String], _ wordings: EvaluateWordings?, _ model: LoadedModel
  ) async throws -> CohortPrompts {
    let prompts =
      wordings?.prompts(labels, template: model.template)
      ?? labels.map { EvaluateWordings.standard($0, template: model.template) }
    do {
      let encoded = try await CohortPrompts(prompts, model: model)
      for index in encoded.truncated {
        Console.complain("the prompt of \(prompts[index].label) was cut to the model's length")
      }
      return encoded
    } catch InferenceError.promptEmpty(let index) {
      Console.complain("nothing of the text for \(prompts[index].label) is left for the model")
      throw ExitCode.dataError
    } catch {
      let failure = CommandFailure(error, about: options.prompts ?? "the labels")
      throw CommandFailure(failure.message, .dataError)
    }
  }

  /// `evaluation-` and the model's name, without characters that a file name cannot contain.
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
