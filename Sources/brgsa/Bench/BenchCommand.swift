import ArgumentParser
import CheckedNumbers
import CommandLineSupport
import StrictJSON
import Tensors

/// `brgsa bench`
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Time the stages of a diagnosis on this machine",
    discussion: """
      Stages:
        load        read, verify and self-test the model (files in the page cache)
        vision      encode one synthetic volume of the model's size, or of each --shape
        text        encode one prompt, then both built-in prompt sets together
        decode      decompress, check and analyse a synthetic CT of 512 x 512 x 141, or --volume
        preprocess  decode, and resample the volume to the model's input
        score       bridge the embeddings of 33 prompts and score them against a volume
        search      rank 10,000 volumes for one report
        all         all stages, one after another (the default)

      Each stage runs once to warm up, then --runs times. Rates are relative to the highest measured rate of \
      fused multiply-adds with the same threads. vision loads only its own weights, text its own and then all \
      weights, score and search all weights. The memory is the highest of the process so far. To measure the \
      memory of one stage, run it alone. To compare two builds, run them alternately on a machine without \
      other load, and compare the medians. --kernels avx2 or portable uses slower instructions.
      """)

  @Argument(help: "The stage.")
  var stage: BenchStage = .all

  @Option(name: .long, help: "Measured runs of each stage")
  var runs = 5

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Voxels of the synthetic volume for vision, a multiple of the patch; may be repeated",
      valueName: "XxYxZ"))
  var shape: [BenchShape] = []

  @Option(
    name: .long,
    help: ArgumentHelp("A NIfTI file for the stages decode and preprocess", valueName: "file"))
  var volume: String?

  @Flag(name: .long, help: "Print one JSON document instead of a table")
  var json = false

  @OptionGroup var options: SettingOptions<ModelSettings>

  func validate() throws {
    guard (1...1000).contains(runs) else { throw ValidationError("--runs is from 1 to 1000.") }
  }

  func run() async throws {
    let settings = try options.settings()
    let threads = settings.threads
    let bench = BenchStages(
      directory: settings.model, threads: threads, kernels: try settings.arithmetic(), runs: runs,
      shapes: shape.map(\.extents), file: volume)
    var report = BenchReport(
      threads: threads, kernels: bench.kernels, peak: bench.measurePeak())
    if !json { Console.print(report.heading) }
    for stage in stage == .all ? BenchStage.single : [stage] {
      for row in try bench.run(stage) {
        report.rows.append(row)
        // Measures the peak again, because a shared machine may be faster now than before.
        if row.operations != nil { report.peak = max(report.peak, bench.measurePeak()) }
        if !json { Console.print(report.line(row)) }
      }
    }
    if json {
      Console.write(report.json.bytes + [UInt8(ascii: "\n")])
    } else {
      Console.print("peak memory \(report.peakMemory >> 20) MiB")
    }
  }
}

/// A stage that `brgsa bench` times.
enum BenchStage: String, CaseIterable, ExpressibleByArgument {
  case load, vision, text, decode, preprocess, score, search, all

  /// The stages that `all` consists of.
  static let single = allCases.filter { $0 != .all }
}

/// A shape that the user gives on the command line, such as 256x256x128.
struct BenchShape: ExpressibleByArgument {
  /// The number of voxels along x, y and z.
  let extents: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
    extents = parts.compactMap { Int(digits: $0, in: 1...2048) }
    guard parts.count == 3, extents.count == 3 else { return nil }
  }
}
