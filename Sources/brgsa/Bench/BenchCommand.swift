import ArgumentParser
import CheckedNumbers
import CommandLineSupport
import StrictJSON
import Tensors

/// The command `brgsa bench`.
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
      the multiply instruction of the kernels with the same threads: vectors or tiles. --kernels amx computes three \
      products where others compute one, so it reaches a third of its peak at most. vision loads only its \
      own weights, text its own and then all weights, score and search all weights. The memory is the highest \
      of the process so far. To measure the memory of one stage, run it alone. To compare two builds, run them \
      alternately on a machine without other load, and compare the medians. --kernels avx2 or portable uses \
      slower instructions. With several numbers of threads, the efficiency compares each number with the first.
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

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Numbers of threads from 1 to 128, such as 1,2,4 (default: as elsewhere)",
      valueName: "n,…"))
  var threads: ThreadCounts?

  @Flag(name: .long, help: "Print one JSON document for each number of threads instead of a table")
  var json = false

  @OptionGroup var options: SettingOptions<BenchSettings>

  func validate() throws {
    guard (1...1000).contains(runs) else { throw ValidationError("--runs is from 1 to 1000.") }
  }

  func run() async throws {
    let settings = try options.settings()
    var first: BenchReport?
    for threads in threads?.numbers ?? [settings.threads] {
      let report = try run(threads: threads, settings, first)
      first = first ?? report
    }
    if !json, let first { Console.print("peak memory \(first.peakMemory >> 20) MiB") }
  }

  /// Runs the stages with a number of threads and prints their times.
  ///
  /// - Parameter first: The report with the first number of threads; nil if this is the first one.
  private func run(
    threads: Int, _ settings: Settings, _ first: BenchReport?
  ) throws -> BenchReport {
    let bench = BenchStages(
      directory: settings.model, threads: threads, kernels: try settings.arithmetic(), runs: runs,
      shapes: shape.map(\.extents), file: volume)
    var report = BenchReport(
      threads: bench.threads, kernels: bench.kernels, peak: bench.measurePeak())
    if !json { Console.print(report.heading) }
    for stage in stage == .all ? BenchStage.single : [stage] {
      for var row in try bench.run(stage) {
        // Measure the peak again, because a shared machine may have become faster.
        if row.operations != nil { report.peak = max(report.peak, bench.measurePeak()) }
        row.efficiency = first?.efficiency(of: row, at: report.rows.count, threads: bench.threads)
        report.rows.append(row)
        if !json { Console.print(report.line(row)) }
      }
    }
    if json { Console.write(report.json.bytes + [UInt8(ascii: "\n")]) }
    return report
  }
}

/// A list of thread counts on the command line, such as 1,2,4.
struct ThreadCounts: ExpressibleByArgument {
  let numbers: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    numbers = parts.compactMap { Int(digits: $0, in: SettingTable.threadCounts) }
    guard numbers.count == parts.count else { return nil }
  }
}

/// A stage that `brgsa bench` can time.
enum BenchStage: String, CaseIterable, ExpressibleByArgument {
  case load, vision, text, decode, preprocess, score, search, all

  /// The stages that `all` includes.
  static let single = allCases.filter { $0 != .all }
}

/// A shape on the command line, such as 256x256x128.
struct BenchShape: ExpressibleByArgument {
  /// The number of voxels along x, y and z.
  let extents: [Int]

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
    extents = parts.compactMap { Int(digits: $0, in: 1...2048) }
    guard parts.count == 3, extents.count == 3 else { return nil }
  }
}
