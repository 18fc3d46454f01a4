import ArgumentParser
import Calibrations
import Encoders
import Evaluation
import Inference

/// Flags for thresholds, and their conversion to a calibration.
struct EvaluateThresholdOptions: ParsableArguments {
  @Flag(
    name: .long,
    help:
      "Write calibration.json next to the model's weights, which gives findings threshold and positive"
  )
  var writeThresholds = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Name of the calibration: a–z, 0–9 and hyphens (default: evaluation)", valueName: "name"))
  var calibrationName: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Name of the cohort (default: the labels' file name)", valueName: "name"))
  var cohortName: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Remarks about the cohort for readers", valueName: "text"))
  var cohortNote: String?

  func validate() throws {
    let isUsed = calibrationName != nil || cohortName != nil || cohortNote != nil
    if isUsed && !writeThresholds {
      throw ValidationError(
        "--calibration-name, --cohort-name and --cohort-note require --write-thresholds.")
    }
    if let calibrationName, !Calibration.isName(calibrationName) {
      throw ValidationError(
        "--calibration-name is 1 to 64 of a–z, 0–9 and hyphens, but not \(Calibration.reservedNames.sorted().joined(separator: ", "))."
      )
    }
  }

  /// Writes the thresholds of `report` into the model's folder, and says where.
  ///
  /// - Parameter labelsPath: Names the cohort by default.
  /// - Throws: `ExitCode`, after saying why.
  func write(
    _ report: EvaluationReport, _ evaluated: EvaluatedScores, _ settings: Settings,
    labelsPath: String
  ) throws {
    let folder = settings.model
    let model =
      try evaluated.model
      ?? ModelLoading.load(
        folder, threads: settings.threads, readsCalibration: false)
    let path = "\(folder)/\(Calibration.fileName)"
    let cohort = Calibration.Cohort(
      name: cohortName ?? Self.name(of: labelsPath), studies: report.studies,
      note: cohortNote ?? "")
    let thresholds = report.labels.compactMap { Self.threshold($0, evaluated, model) }
    let calibration = try calibration(thresholds, cohort, model, path)
    try EvaluateFiles.write(calibration.bytes, to: path)
    Console.complain(
      "\(thresholds.count) thresholds are in \(path), sha256 \(calibration.sha256)")
  }

  private func calibration(
    _ thresholds: [Calibration.Threshold], _ cohort: Calibration.Cohort, _ model: LoadedModel,
    _ path: String
  ) throws -> Calibration {
    do throws(CalibrationError) {
      let calibration = try Calibration(
        name: calibrationName ?? "evaluation", modelSHA256: model.model.fingerprint,
        method: "closest-to-corner", cohort: cohort, thresholds: thresholds)
      // Checks now, for example for two labels with one text, instead of when the model is used.
      return try model.load(calibration, source: .model).calibration
    } catch {
      Console.complain("\(path): \(error)")
      throw ExitCode.dataError
    }
  }

  /// Nil for a label without figures or with several wordings, whose mean is not a text's score.
  private static func threshold(
    _ label: LabelResult, _ evaluated: EvaluatedScores, _ model: LoadedModel
  ) -> Calibration.Threshold? {
    guard let evaluation = label.evaluation else {
      Console.complain("\(label.name) has no figures and therefore no threshold")
      return nil
    }
    let known = evaluated.prompts.first { LabelName.key($0.label) == LabelName.key(label.name) }
    let prompt = known ?? EvaluateWordings.standard(label.name, template: model.template)
    guard let text = prompt.texts.first, prompt.texts.count == 1 else {
      Console.complain("\(label.name) has several wordings and therefore no threshold")
      return nil
    }
    return Calibration.Threshold(
      label: label.name, text: text, threshold: Float(evaluation.threshold),
      studies: label.studies, positives: label.positives,
      sensitivity: evaluation.operatingPoint.truePositiveRate,
      specificity: 1 - evaluation.operatingPoint.falsePositiveRate)
  }

  private static func name(of path: String) -> String {
    let name = path.split(separator: "/").last.map { String($0) } ?? path
    return name.hasSuffix(".csv") ? String(name.dropLast(4)) : name
  }
}
