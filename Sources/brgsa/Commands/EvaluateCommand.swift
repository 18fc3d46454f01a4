import ArgumentParser
import CohortEvaluation
import CommandLineSupport
import Evaluation
import Inference
import StrictJSON

/// The command `brgsa evaluate`.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure scores or a model against labels, like the paper",
    discussion: """
      Evaluates either a table of scores, or volumes. Each volume is encoded only once: the command \
      continues an interrupted run, and encodes nothing again for other prompts.

        brgsa evaluate --volumes DIR --labels labels.csv --model DIR
        brgsa evaluate --volumes DIR --labels labels.csv --reports reports.csv
        brgsa evaluate --volumes DIR --labels labels.csv --prompts other.csv
        brgsa evaluate --volumes DIR --labels labels.csv --write-thresholds
        brgsa evaluate --scores s.csv --labels labels.csv --html page.html

      Tables of labels have CT-RATE's format: VolumeName, then a column of 0 and 1 for each abnormality. \
      Empty cells are missing labels. Tables of scores have the same columns. Volumes are found by their \
      file names, with or without ending, in the folder and all folders below it. If a volume is refused, \
      the command prints the reason and counts the volume as missing.

      The figures are AUROC, AUPRC, weighted F1, accuracy, precision and recall for each abnormality, and \
      their means. The threshold is chosen by the authors' method (closest to the corner). The 95 % \
      intervals are from bootstrap samples of the studies; rows of one scan are drawn together (see \
      --group-by). Further figures are strict Recall@1, Precision@3, the ablation of the score's \
      components and, with --reports, how often a search by a report finds its volume.
      """)

  @OptionGroup(title: "What is evaluated") var input: EvaluateInputOptions
  @OptionGroup(title: "Options with --volumes") var cohort: EvaluateCohortOptions
  @OptionGroup(title: "Options for figures") var figures: EvaluateFigureOptions
  @OptionGroup(title: "Options for thresholds") var thresholds: EvaluateThresholdOptions
  @OptionGroup var options: SettingOptions<ModelSettings>

  func validate() throws {
    if input.scores != nil { try cohort.requireUnused() }
    if thresholds.writeThresholds && input.scores != nil {
      throw ValidationError(
        "--write-thresholds requires --volumes: a table does not name the texts and weights of its scores."
      )
    }
  }

  func run() async throws {
    let interruption = Interruption(
      message: input.volumes == nil
        ? "stopped" : "stopped; the same command continues with the encoded volumes")
    defer { withExtendedLifetime(interruption) {} }
    let settings = try options.settings()
    let options = try figures.evaluationOptions(tasks: settings.threads)
    if let html = figures.html {
      let inputs = [input.labels, input.scores, cohort.prompts, cohort.reports, figures.groupFile]
        .compactMap { $0 }
      try EvaluationFiles.requireWritable(html, besides: inputs)
    }
    let grouping = try figures.grouping()
    let table = cohort.limited(try EvaluationFiles.labels(input.labels))
    let evaluated =
      if let scores = input.scores {
        try ScoreFiles.read(scores, components: input.componentScores)
      } else {
        try await cohort.evaluation(of: input.volumes ?? ".", settings).run(table)
      }
    let report = try await report(evaluated, table, grouping, options)
    try figures.show(report)
    if thresholds.writeThresholds {
      try thresholds.calibrationFile(labels: input.labels)
        .write(report, evaluated, model: settings.model)
    }
  }

  private func report(
    _ evaluated: EvaluatedScores, _ labels: LabelTable, _ grouping: StudyGrouping,
    _ options: EvaluationOptions
  ) async throws -> EvaluationReport {
    do {
      let cohort = try EvaluationCohort(
        scores: evaluated.scores, labels: labels, components: evaluated.components,
        grouping: grouping)
      return try await EvaluationReport(
        cohort: cohort, options: options, retrieval: evaluated.retrieval,
        facts: evaluated.facts + files)
    } catch let error as EvaluationError {
      throw CommandFailure("\(input.labels): \(error)", .dataError)
    }
  }

  /// The files that determine the results, to be listed in the report.
  private var files: [ReportFact] {
    [("labels", input.labels), ("prompts", cohort.prompts), ("reports", cohort.reports)]
      .compactMap { name, path in path.map { ReportFact(name, $0) } }
  }
}
