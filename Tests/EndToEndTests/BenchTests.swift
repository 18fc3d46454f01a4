import StrictJSON
import Tensors
import TestSupport
import Testing

@Suite struct BenchTests {
  private static let model = Self.modelOnly + ["--threads", "2"]
  private static let modelOnly = ["--model", Fixtures.tinyModel, "--runs", "1"]

  @Test func everyStageIsTimedOnceAndRatesFitTheirTimes() async throws {
    let file = try TemporaryFile(HostileVolumes.good().bytes())
    let outcome = try await BrgsaProcess.run(
      ["bench", "--json", "--volume", file.path] + Self.model)
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    guard case .object(let report) = try JSON(parsing: Array(outcome.output.utf8)),
      case .array(let stages)? = report["stages"], let peak = report["peak_gflops"]?.number
    else { throw FixtureError.malformed("bench") }
    let rows = stages.compactMap { stage -> JSONObject? in
      if case .object(let row) = stage { row } else { nil }
    }
    let names = rows.compactMap { $0["stage"]?.text }
    #expect(
      names == [
        "load", "vision", "text", "text", "text", "decode", "preprocess", "score", "search",
      ])
    #expect(peak > 0.1 && (report["peak_memory_mib"]?.number ?? 0) > 10)
    for row in rows {
      guard let median = row["median_seconds"]?.number else {
        throw FixtureError.malformed("bench")
      }
      #expect(median > 0 && row["seconds"]?.numbers == [median])
      guard let operations = row["gflop"]?.number else { continue }
      let share = try #require(row["share_of_peak"]?.number)
      #expect(abs(share - operations / median / peak) < 1e-6 * max(share, 1))
    }
    #expect(rows.contains { $0["gflop"] != nil })
  }

  @Test func aShapeOfOnesOwnIsEncodedAndOneThatDoesNotFitIsRefused() async throws {
    let outcome = try await BrgsaProcess.run(
      ["bench", "vision", "--shape", "32x16x8", "--shape", "16x16x24"] + Self.model)
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    #expect(outcome.output.contains("32 x 16 x 8 voxels, 3 tokens x 96"))
    #expect(outcome.output.contains("16 x 16 x 24 voxels, 4 tokens x 96"))
    for (shape, complaint) in [
      ("30x16x8", "multiple of the patch"), ("16x16", "--shape"), ("0x16x8", "--shape"),
      ("9999x16x8", "--shape"),
    ] {
      let refused = try await BrgsaProcess.run(["bench", "vision", "--shape", shape] + Self.model)
      #expect(refused.exitCode == 64 && refused.complaints.contains(complaint), "\(shape)")
    }
  }

  @Test func severalNumbersOfThreadsAreComparedWithTheFirst() async throws {
    let outcome = try await BrgsaProcess.run(
      ["bench", "vision", "--json", "--threads", "2,1,3"] + Self.modelOnly)
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    let reports = try outcome.output.split(separator: "\n").map { line in
      guard case .object(let report) = try JSON(parsing: Array(line.utf8)),
        case .array(let rows)? = report["stages"], case .object(let row)? = rows.first,
        let threads = report["threads"]?.number, let median = row["median_seconds"]?.number
      else { throw FixtureError.malformed("bench") }
      return (threads: threads, median: median, efficiency: row["efficiency"]?.number)
    }
    #expect(reports.map(\.threads) == [2, 1, 3] && reports[0].efficiency == nil)
    for report in reports.dropFirst() {
      let expected = 2 * reports[0].median / (report.threads * report.median)
      let efficiency = try #require(report.efficiency)
      #expect(abs(efficiency - expected) < 1e-6 * expected)
    }
    for threads in ["0", "129", "1,", "1;2", "two"] {
      let refused = try await BrgsaProcess.run(
        ["bench", "vision", "--threads", threads] + Self.modelOnly)
      #expect(refused.exitCode == 64 && refused.complaints.contains("--threads"), "\(threads)")
    }
  }

  @Test func aFileThatIsNoVolumeIsRefused() async throws {
    let file = try TemporaryFile(Array(HostileVolumes.good().bytes().dropLast()))
    let outcome = try await BrgsaProcess.run(
      ["bench", "decode", "--volume", file.path] + Self.model)
    #expect(outcome.exitCode == 65 && outcome.complaints.contains("truncated-volume"))
  }

  @Test func everySetOfKernelsPassesTheSelfTestAndAnUnknownOneIsRefused() async throws {
    for kernels in Kernels.all.map(\.name) {
      let outcome = try await BrgsaProcess.run(
        ["model", "verify", Fixtures.tinyModel], environment: ["BRGSA_KERNELS": kernels])
      #expect(outcome.exitCode == 0, "\(outcome.complaints)")
      #expect(outcome.output.contains("kernels \(kernels)\n"))
    }
    let refused = try await BrgsaProcess.run(
      ["--version"], environment: ["BRGSA_KERNELS": "mmx"])
    #expect(refused.exitCode == 78 && refused.complaints.contains("this processor supports"))
    #expect(refused.complaints.contains("portable"))
  }
}
