import StrictJSON
import TestSupport
import Testing

/// Labels and file names never become formulas in a spreadsheet program: each writer of CSV.
@Suite struct FormulaTests {
  private let labels = ["＝1+1", "\u{200B}=1+1", "=1+1", "\t@x", "\u{202E}－2+3"]

  /// The first cells of a column of a table without line breaks in cells.
  private func cells(_ table: String, _ column: Int) -> [String] {
    table.split(whereSeparator: \.isNewline).dropFirst().map { line in
      line.split(separator: ",", omittingEmptySubsequences: false)[column]
        .trimmingPrefix("\"").description
    }
  }

  @Test func ofAStoredDiagnosis() async throws {
    let service = try await RunningService()
    let prompts = labels.map { label -> JSON in
      ["label": .string(label), "text": "There is nodule."]
    }
    let answer = try await service.diagnoseForm([
      ("volume", "application/octet-stream", HostileVolumes.good().bytes()),
      (
        "request", "application/json", JSON.object(["prompts": .array(prompts)]).bytes
      ),
    ])
    let place = try #require(answer.header("Location"), "\(answer.text)")
    let csv = try await service.answer("GET", place, headers: ["Accept: text/csv"])
    let found = cells(csv.text, 1)
    #expect(Set(found) == Set(labels.map { "'" + $0 }), "\(csv.text)")
  }

  @Test func ofTheCommandLine() async throws {
    let file = try TemporaryFile(HostileVolumes.good().bytes())
    let outcome = try await BrgsaProcess.run(
      ["diagnose", file.path, "--csv", "--model", Fixtures.tinyModel]
        + ["-p", "＝There is nodule.", "-p", "\u{200B}=There is gas."])
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    let found = cells(outcome.output, 3)
    #expect(found.count == 2)
    for cell in found { #expect(cell.unicodeScalars.first == "'", "\(cell)") }
  }
}
