internal import Calibrations
internal import CommandLineSupport
internal import Encoders
package import Evaluation
internal import Inference
internal import Tensors

/// Writes the thresholds of an evaluation to `calibration.json` next to the model's weights.
package struct CalibrationFile {
  /// The calibration's name.
  let name: String
  /// The cohort's name.
  let cohortName: String
  /// A note about the cohort for readers of the calibration.
  let cohortNote: String

  package init(name: String, cohort: String, note: String) {
    self.name = name
    cohortName = cohort
    cohortNote = note
  }

  /// Writes the thresholds of `report` to a model's folder, and prints the path of the file.
  ///
  /// - Throws: `CommandFailure`.
  package func write(
    _ report: EvaluationReport, _ evaluated: EvaluatedScores, model folder: String
  ) throws {
    let path = "\(folder)/\(Calibration.fileName)"
    guard let model = evaluated.model else {
      throw CommandFailure("\(path): the model of the scores is unknown", .usage)
    }
    let cohort = Calibration.Cohort(
      name: cohortName, studies: report.studies, note: cohortNote)
    let thresholds = report.labels.compactMap { Self.threshold($0, evaluated, model) }
    let calibration = try calibration(thresholds, cohort, model, path)
    try EvaluationFiles.write(calibration.bytes, to: path)
    Console.note(
      "wrote \(thresholds.count) thresholds to \(path), sha256 \(calibration.sha256)")
  }

  private func calibration(
    _ thresholds: [Calibration.Threshold], _ cohort: Calibration.Cohort, _ model: LoadedModel,
    _ path: String
  ) throws -> Calibration {
    do throws(CalibrationError) {
      let calibration = try Calibration(
        name: name, modelSHA256: model.model.fingerprint,
        computes: [model.model.kernels.compute], score: model.model.configuration.score.kind,
        method: "closest-to-corner", cohort: cohort, thresholds: thresholds)
      // Load the calibration to detect faults now, such as two labels with the same text, rather than when the service
      // starts.
      return try model.load(calibration, source: .model).calibration
    } catch {
      throw CommandFailure("\(path): \(error)", .dataError)
    }
  }

  /// Returns the threshold of a label; nil if the label was not evaluated or has several texts.
  ///
  /// The scores of a label with several texts are means over the texts. Its threshold would fit none of the texts
  /// alone.
  private static func threshold(
    _ label: LabelResult, _ evaluated: EvaluatedScores, _ model: LoadedModel
  ) -> Calibration.Threshold? {
    guard let evaluation = label.evaluation else {
      Console.note("\(label.name) has no figures and therefore no threshold")
      return nil
    }
    let known = evaluated.prompts.first { LabelName.key($0.label) == LabelName.key(label.name) }
    let prompt = known ?? PromptTable.standard(label.name, template: model.template)
    guard let text = prompt.texts.first, prompt.texts.count == 1 else {
      Console.note("\(label.name) has several wordings and therefore no threshold")
      return nil
    }
    return Calibration.Threshold(
      label: label.name, text: text, negative: model.scorer.needsNegative ? prompt.negative : nil,
      threshold: Float(evaluation.threshold),
      studies: label.studies, positives: label.positives,
      sensitivity: evaluation.operatingPoint.truePositiveRate,
      specificity: 1 - evaluation.operatingPoint.falsePositiveRate)
  }
}
