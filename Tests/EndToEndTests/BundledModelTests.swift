import Foundation
import StrictJSON
import TestSupport
import Testing

/// The model that a newcomer meets, with its samples and their truth.
@Suite struct BundledModelTests {
  private static let model = "\(Fixtures.checkout)/Models/phantom"
  private static let samples = "\(model)/samples"

  /// A sample and what was drawn into it.
  private struct Sample {
    let name: String
    let present: Set<String>
  }

  private static func labels() throws -> (columns: [String], samples: [Sample]) {
    let lines = try String(contentsOfFile: "\(samples)/labels.csv", encoding: .utf8)
      .split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
    let columns = Array(try #require(lines.first).dropFirst())
    return (
      columns,
      lines.dropFirst().map { cells in
        let present = zip(columns, cells.dropFirst()).filter { $0.1 == "1" }.map(\.0)
        return Sample(name: cells[0], present: Set(present))
      }
    )
  }

  private static func diagnose(_ sample: Sample, _ columns: [String]) async throws -> [JSON] {
    let outcome = try await BrgsaProcess.run(
      ["diagnose", "\(samples)/volumes/\(sample.name)", "--model", model, "--json"]
        + columns.flatMap { ["-p", $0] })
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    let answer = try JSON(parsing: Array(outcome.output.utf8))
    #expect(answer["notice"]?.text?.contains("not for patients") == true)
    #expect(answer["model"]?["calibration"]?["source"]?.text == "model")
    return try #require(answer["findings"]).elements
  }

  @Test func trueFindingsRankAtTheTopAndANormalSampleHasNoPositive() async throws {
    let (columns, samples) = try Self.labels()
    #expect(columns.count == 20 && samples.count == 3)
    #expect(samples.contains { $0.present.isEmpty })
    for sample in samples {
      let findings = try await Self.diagnose(sample, columns)
      #expect(findings.count == columns.count)
      #expect(findings.allSatisfy { $0["threshold"]?.number != nil })
      let top = findings.prefix(sample.present.count).compactMap { $0["label"]?.text }
      #expect(Set(top) == sample.present, "\(sample.name)")
      let positive = findings.filter { $0["positive"] == .bool(true) }
      if sample.present.isEmpty { #expect(positive.isEmpty, "\(positive)") }
    }
  }

  @Test func filesAreSmallEnoughToComeWithTheSource() throws {
    let files = try #require(FileManager.default.enumerator(atPath: Self.model))
    var total: UInt64 = 0
    for case let path as String in files {
      let size = files.fileAttributes?[.size] as? UInt64 ?? 0
      total += size
      if path.hasSuffix(".nii.gz") { #expect(size <= 1_500_000, "\(path)") }
    }
    #expect(total > 0 && total <= 16_000_000)
  }

  @Test func itIsTheModelIfNoneIsNamed() async throws {
    let sample = try #require(try Self.labels().samples.first)
    let outcome = try await BrgsaProcess.run([
      "diagnose", "\(Self.samples)/volumes/\(sample.name)", "-p", "lung nodule", "--json",
    ])
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    let answer = try JSON(parsing: Array(outcome.output.utf8))
    #expect(answer["model"]?["name"]?.text == "brgsa-phantom")
    let verified = try await BrgsaProcess.run(["model", "verify", Self.model])
    #expect(verified.output.contains("20 thresholds"))
  }
}
