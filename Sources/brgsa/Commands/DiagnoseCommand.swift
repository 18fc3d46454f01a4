import API
import ArgumentParser
import Calibrations
import CommandLineSupport
import DICOM
import Diagnoses
import Encoders
import Glibc
import Inference
import StrictJSON
import Volumes

/// The command `brgsa diagnose FILE… -p PROMPT`.
struct DiagnoseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract: "Score findings on CT volumes without a server",
    discussion: """
      A term such as "pleural effusion" or "?pneumothorax" is converted to a sentence of the form with \
      which the model was trained. A sentence in that form stays unchanged. Scores are cosines: they rank \
      volumes for one finding and are not probabilities.

        brgsa diagnose ct.nii.gz -p "pleural effusion" -p "lung nodule"
        brgsa diagnose *.nii.gz --prompt-set ct-rate-18 --csv > scores.csv
        brgsa diagnose study-17/ -p "pneumothorax"

      With --json, each line is the object with which POST /v1/diagnoses responds. If a file is refused, \
      the command continues with the other files, and the exit code shows the failure.
      """)

  @Argument(
    help: ArgumentHelp(
      ".nii or .nii.gz files, or ZIPs or folders of a DICOM series", valueName: "file"))
  var files: [String]

  @Option(name: [.customShort("p"), .long], help: "A term or a sentence; may be repeated")
  var prompt: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A built-in list of findings: \(PromptSet.builtIn.map(\.name).joined(separator: ", ")).",
      valueName: "name"))
  var promptSet: String?

  @Option(name: .long, help: ArgumentHelp("Show only the best findings", valueName: "n"))
  var topK: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Thresholds from this file, or none (default: calibration.json next to the weights)",
      valueName: "file|none"))
  var calibration: String?

  @Flag(name: .long, help: "Also show the ablation scores cos(v, t̂) and cos(v̂, t̂)")
  var allComponents = false

  @Flag(name: .long, help: "Show the volume's embedding (with --json)")
  var includeEmbedding = false

  @Flag(name: .long, help: "Print one JSON object for each volume, one per line")
  var json = false

  @Flag(name: .long, help: "Print CSV with a row for each volume and finding")
  var csv = false

  @OptionGroup var options: SettingOptions<ModelSettings>

  func validate() throws {
    if prompt.isEmpty && promptSet == nil {
      throw ValidationError("Name findings: -p \"pleural effusion\" or --prompt-set ct-rate-18.")
    }
    if json && csv { throw ValidationError("Choose --json or --csv.") }
  }

  func run() async throws {
    let settings = try options.settings()
    let (directory, kernels) = (settings.model, try settings.arithmetic())
    mkdir(DefaultPaths.spool, S_IRWXU)
    let service = DiagnosisService(series: SeriesConverter(workFolder: DefaultPaths.spool))
    do {
      _ = try await service.load(
        directory: directory, threads: settings.threads, kernels: kernels,
        readsCalibration: calibration == nil)
    } catch {
      throw CommandFailure(error, model: directory)
    }
    guard case .ready(let model) = service.modelState else {
      throw CommandFailure("the model is not ready", .software)
    }
    let prompts = try prompts(for: model)
    let thresholds = try thresholds(for: model)
    if !json, let caveat = model.model.configuration.caveat { Console.note(caveat) }
    if csv { Console.print(DiagnosisTable.csvHeader(allComponents: allComponents)) }
    try await Console.forEach(files) {
      try await diagnose($0, service, model, prompts, thresholds)
    }
  }

  private func diagnose(
    _ file: String, _ service: DiagnosisService, _ model: LoadedModel, _ prompts: [Prompt],
    _ thresholds: LoadedCalibration?
  ) async throws {
    let start = ContinuousClock.now
    let source =
      try DICOMFolder.isFolder(file)
      ? DICOMFolder.source(file, spool: DefaultPaths.spool) : InputFile(path: file).source()
    let progress = ProgressLine(label: "encoding")
    defer { progress.clear() }
    do {
      let diagnosis = try await service.diagnose(
        DiagnosisRequest(
          volume: .file(source), prompts: service.admit(prompts, topK: topK),
          calibration: thresholds)
      ) { progress.show($0) }
      progress.clear()
      show(diagnosis, file, model, ContinuousClock.now - start)
    } catch {
      progress.clear()
      throw CommandFailure(error, about: file)
    }
  }

  private func show(
    _ diagnosis: Diagnosis, _ file: String, _ model: LoadedModel, _ total: Duration
  ) {
    if json {
      let body = StoredDiagnosis(
        diagnosis, model: model,
        view: DiagnosisView(
          includesEmbedding: includeEmbedding, showsAllComponents: allComponents),
        stamp: DiagnosisStamp(), received: nil, total: total)
      return Console.write(body.json.bytes + [UInt8(ascii: "\n")])
    }
    let table = DiagnosisTable(
      file: file, diagnosis: diagnosis, allComponents: allComponents, notice: model.notice,
      scoreKind: model.model.configuration.score.kind)
    Console.print(csv ? table.csv : table.text)
  }

  private func thresholds(for model: LoadedModel) throws -> LoadedCalibration? {
    guard let calibration else { return model.calibration }
    guard calibration != "none" else { return nil }
    do throws(CalibrationError) {
      return try model.load(Calibration(contentsOf: calibration), source: .site)
    } catch {
      let code: ExitCode = if case .file = error { .noInput } else { .dataError }
      throw CommandFailure("calibration \(calibration): \(error)", code)
    }
  }

  private func prompts(for model: LoadedModel) throws -> [Prompt] {
    var prompts = prompt.map { Prompt($0, template: model.template) }
    if let promptSet {
      guard let set = model.promptSet(named: promptSet) else {
        let names = model.promptSets.map(\.name).joined(separator: ", ")
        throw ValidationError(
          "The prompt set \(promptSet) does not exist; available are \(names).")
      }
      prompts += set.prompts(model.template)
    }
    return prompts
  }
}
