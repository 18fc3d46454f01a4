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
        vision      encode one made-up volume of the model's size, or of each --shape
        text        encode one prompt, then both built-in prompt sets together
        decode      inflate, check and count a made-up CT of 512 x 512 x 141, or --volume
        preprocess  the same and resample it into the model's input
        score       bridge the embeddings of 33 prompts and score them against a volume
        search      rank 10,000 volumes for one report
        all         each in turn (the default)

      Each is run once to warm up and then --runs times. Rates are shares of the fused multiply-adds that the same \
      threads were measured to do at most. vision loads only its own weights, text its own and then all, score and \
      search all; the memory is the process's peak so far: for the memory of one stage, run it alone. Compare two \
      builds in turn on one quiet machine, by their medians. --kernels avx2 or portable tries slower instructions.
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
        // A shared machine may be faster now than at the first measurement.
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

/// What `brgsa bench` times.
enum BenchStage: String, CaseIterable, ExpressibleByArgument {
  case load, vision, text, decode, preprocess, score, search, all

  /// The stages of `all`.
  static let single = allCases.filter { $0 != .all }
}

/// A shape on the command line, such as 256x256x128.
struct BenchShape: ExpressibleByArgument {
  /// Voxels along x, y and z.
  let extents: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
    extents = parts.compactMap { Int(digits: $0, in: 1...2048) }
    guard parts.count == 3, extents.count == 3 else { return nil }
  }
}
