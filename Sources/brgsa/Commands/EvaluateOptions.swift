import ArgumentParser
import Calibrations
import CohortEvaluation
import CommandLineSupport
import Evaluation
import StrictJSON

/// The options for the data: either scores, or volumes and a model.
struct EvaluateInputOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("CSV of true labels", valueName: "file"))
  var labels: String

  @Option(name: .long, help: ArgumentHelp("Folder with the volumes to score", valueName: "dir"))
  var volumes: String?

  @Option(
    name: .long, help: ArgumentHelp("CSV of scores; needs no model", valueName: "file"))
  var scores: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      With --scores: the scores of one component for the ablation, as direct=FILE, bridged=FILE, \
      direct_bridged_text=FILE or bridged_both=FILE, or a folder that an evaluation wrote; may be repeated.
      """, valueName: "name=file"))
  var componentScores: [String] = []

  func validate() throws {
    guard (scores == nil) != (volumes == nil) else {
      throw ValidationError("Give --scores FILE, or --volumes DIR with a model.")
    }
    if scores == nil && !componentScores.isEmpty {
      throw ValidationError("--component-scores requires --scores.")
    }
  }
}

/// The options of an evaluation that encodes volumes.
struct EvaluateCohortOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      CSV with the columns label and text, with prompts to use instead of the model's template. Several rows \
      of one label make one prompt, whose score is the mean; labels without a row are not scored. A column \
      negative has the text that denies the finding, for models that score pairs.
      """, valueName: "file"))
  var prompts: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "CSV with VolumeName and a column of texts, to measure how often a search by a report finds its volume",
      valueName: "file"))
  var reports: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Column of texts (default: the first of Summary, Impressions_EN, Findings_EN that exists)",
      valueName: "name"))
  var reportColumn: String?

  @Flag(
    name: .long,
    help: "First shorten reports to their abnormal findings, like brgsa summarize and searches")
  var summarize = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Search reports among the first n volumes (default: all)", valueName: "n"))
  var gallery: Int?

  @Option(
    name: .long, help: ArgumentHelp("Use only the first n rows of the labels", valueName: "n"))
  var limit: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Folder for embeddings and scores (default: evaluation- and the model's name, in the working folder). \
      Embeddings in it that are from the same model and the same files are used again.
      """, valueName: "dir"))
  var output: String?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
    if let gallery, gallery < 1 { throw ValidationError("--gallery must be at least 1.") }
    if reports == nil && (reportColumn != nil || gallery != nil || summarize) {
      throw ValidationError("--report-column, --summarize and --gallery require --reports.")
    }
  }

  /// Makes the evaluation of the volumes in a folder.
  ///
  /// - Throws: `CommandFailure` if this processor does not support the configured kernels.
  func evaluation(
    of volumes: String, _ settings: Settings
  ) throws(CommandFailure) -> ModelEvaluation {
    var evaluation = ModelEvaluation(
      volumes: volumes, model: settings.model, threads: settings.threads,
      kernels: try settings.arithmetic())
    evaluation.prompts = prompts
    evaluation.reports = reports
    evaluation.reportColumn = reportColumn
    evaluation.summarizesReports = summarize
    evaluation.gallery = gallery
    evaluation.output = output
    return evaluation
  }

  /// Refuses options that have no effect without `--volumes`.
  func requireUnused() throws {
    let used: [(String, Bool)] = [
      ("--prompts", prompts != nil), ("--reports", reports != nil), ("--limit", limit != nil),
      ("--output", output != nil),
    ]
    if let name = used.first(where: \.1)?.0 {
      throw ValidationError("\(name) requires --volumes.")
    }
  }

  /// Returns only the first rows of `labels` if `--limit` is set, otherwise all rows.
  func limited(_ labels: LabelTable) -> LabelTable { limit.map(labels.prefix) ?? labels }
}

/// The options for the metrics and the output format.
struct EvaluateFigureOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("Bootstrap samples for the intervals; 0 for none", valueName: "n"))
  var bootstrap = 5000

  @Option(name: .long, help: ArgumentHelp("Seed of the bootstrap samples", valueName: "n"))
  var seed: UInt64 = 1

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Rows that the bootstrap draws together: scan (reconstructions of one scan, by CT-RATE's names), row \
      (each row alone, like the authors), or a CSV with VolumeName and a group, such as the patient.
      """, valueName: "scan|row|file"))
  var groupBy = "scan"

  @Flag(name: .long, help: "Print all figures as one JSON object")
  var json = false

  @Flag(name: .long, help: "Print CSV with a row for each abnormality")
  var csv = false

  @Option(
    name: .long,
    help: ArgumentHelp("Also write a page with tables and ROC curves", valueName: "file"))
  var html: String?

  func validate() throws {
    if json && csv { throw ValidationError("Choose --json or --csv.") }
  }

  /// The path of the table of groups; nil if none is used.
  var groupFile: String? { ["scan", "row"].contains(groupBy) ? nil : groupBy }

  /// Returns how rows are grouped for the bootstrap.
  ///
  /// - Throws: `CommandFailure` if the table of groups cannot be read.
  func grouping() throws -> StudyGrouping {
    switch groupBy {
    case "scan": .scans
    case "row": .rows
    default: .table(try EvaluationFiles.groups(groupBy))
    }
  }

  /// Makes the options of the evaluation.
  ///
  /// - Throws: `ValidationError`, which names the faulty option.
  func evaluationOptions(tasks: Int) throws -> EvaluationOptions {
    do throws(EvaluationError) {
      return try EvaluationOptions(samples: bootstrap, seed: seed, tasks: tasks)
    } catch {
      throw ValidationError("--bootstrap: \(error).")
    }
  }
}

extension EvaluateFigureOptions {
  /// Prints the report. Also writes the HTML page if `--html` is set.
  ///
  /// - Throws: `CommandFailure`.
  func show(_ report: EvaluationReport) throws {
    if let html { try EvaluationFiles.write(Array(report.html.utf8), to: html) }
    if json {
      Console.write(report.json.prettyBytes)
    } else if csv {
      for note in report.notes {
        Console.note((note.label.map { "\($0): " } ?? "") + note.message)
      }
      Console.write(Array(report.csv.utf8))
    } else {
      Console.write(Array(report.text.utf8))
    }
    guard report.means != nil else {
      throw CommandFailure("no abnormality could be evaluated", .dataError)
    }
  }
}

/// The options for thresholds.
struct EvaluateThresholdOptions: ParsableArguments {
  @Flag(
    name: .long,
    help:
      "Write thresholds to calibration.json next to the model's weights, so that findings are called positive or negative"
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

  /// Makes the calibration file to write.
  ///
  /// - Parameter labels: The path of the table of labels. Its file name is the cohort's default name.
  func calibrationFile(labels: String) -> CalibrationFile {
    CalibrationFile(
      name: calibrationName ?? "evaluation", cohort: cohortName ?? Self.name(of: labels),
      note: cohortNote ?? "")
  }

  private static func name(of path: String) -> String {
    let name = path.split(separator: "/").last.map { String($0) } ?? path
    return name.hasSuffix(".csv") ? String(name.dropLast(4)) : name
  }
}
