import Foundation
import StrictJSON
import TestSupport
import Testing

@Suite struct EvaluateScoresTests {
  /// Four studies whose figures one can do by hand.
  private static func byHand() throws -> EvaluateFolder {
    let folder = try EvaluateFolder()
    try folder.write(["VolumeName,Nodule", "a,0", "b,0", "c,1", "d,1"])
    try folder.write(
      ["VolumeName,nodule", "d.nii.gz,0.8", "c.nii.gz,0.35", "b.nii.gz,0.4", "a.nii.gz,0.1"],
      "scores.csv")
    return folder
  }

  private static func evaluate(
    _ folder: EvaluateFolder, _ more: [String] = []
  ) async throws -> BrgsaProcess.Outcome {
    try await BrgsaProcess.run(
      [
        "evaluate", "--scores", "\(folder.path)/scores.csv", "--labels",
        "\(folder.path)/labels.csv",
      ] + more)
  }

  @Test func figuresAreThoseOfAHand() async throws {
    let folder = try Self.byHand()
    let outcome = try await Self.evaluate(folder, ["--bootstrap", "0", "--json"])
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    let label = try JSON(parsing: Array(outcome.output.utf8))["labels"]?.elements.first
    let metrics = label?["metrics"]
    // Three of four pairs stand in the right order.
    #expect(metrics?["auroc"]?["value"]?.number == 0.75)
    // Half of the positives at precision 1, the other half at 2/3.
    #expect(abs((metrics?["auprc"]?["value"]?.number ?? 0) - 5.0 / 6) < 1e-12)
    // Above 0.4 is d alone: distance √(0.5² + 0²); above 0.1 are c, b, d: the same; the largest wins.
    #expect(label?["threshold"]?.number == 0.4)
    #expect(metrics?["accuracy"]?["value"]?.number == 0.75)
    #expect(metrics?["precision"]?["value"]?.number == 1)
    #expect(metrics?["recall"]?["value"]?.number == 0.5)
  }

  @Test func intervalsDependOnTheSeedAlone() async throws {
    let folder = try Self.byHand()
    let one = try await Self.evaluate(folder, ["--bootstrap", "300", "--seed", "7", "--csv"])
    let same = try await Self.evaluate(
      folder, ["--bootstrap", "300", "--seed", "7", "--csv", "--threads", "3"])
    #expect(one.exitCode == 0)
    #expect(one.output == same.output)
  }

  @Test func theAblationComesFromTheParts() async throws {
    let folder = try Self.byHand()
    try folder.write(["VolumeName,Nodule", "a,4", "b,3", "c,2", "d,1"], "direct.csv")
    let outcome = try await Self.evaluate(
      folder,
      ["--bootstrap", "0", "--json", "--component-scores", "direct=\(folder.path)/direct.csv"])
    let report = try JSON(parsing: Array(outcome.output.utf8))
    let rows = try #require(report["ablation"]?["components"]).elements
    #expect(rows.compactMap { $0["component"]?.text } == ["direct", "mean"])
    #expect(rows.compactMap { $0["auroc"]?.number } == [0, 0.75])
  }

  @Test func thePageHoldsACurve() async throws {
    let folder = try Self.byHand()
    let outcome = try await Self.evaluate(
      folder, ["--bootstrap", "0", "--html", "\(folder.path)/page.html"])
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.contains("Nodule"))
    let page = String(decoding: try folder.read("page.html"), as: UTF8.self)
    #expect(page.contains("<svg"))
    #expect(try folder.names(".").allSatisfy { !$0.hasSuffix(".part") })
  }

  @Test func copiesOfAScanDoNotNarrowTheIntervals() async throws {
    let folder = try EvaluateFolder()
    let rows = (0..<30).map { (name: "train_\($0)_a", label: $0 % 3 == 0, score: $0 * 7 % 11) }
    let copies = rows.flatMap { row in [1, 2].map { ("\(row.name)_\($0)", row.label, row.score) } }
    try folder.write(["VolumeName,Nodule"] + copies.map { "\($0.0),\($0.1 ? 1 : 0)" })
    try folder.write(["VolumeName,Nodule"] + copies.map { "\($0.0),\($0.2)" }, "scores.csv")
    try folder.write(["VolumeName,patient"] + copies.map { "\($0.0),\($0.0)" }, "each.csv")
    func width(_ more: [String]) async throws -> Double {
      let outcome = try await Self.evaluate(folder, ["--bootstrap", "300", "--json"] + more)
      #expect(outcome.exitCode == 0, "\(outcome.complaints)")
      let figures = try JSON(parsing: Array(outcome.output.utf8))
      #expect(figures["independent_studies"]?.number == (more.isEmpty ? 30 : 60))
      let bounds = figures["means"]?["auroc"]?["interval"]?.elements.compactMap(\.number)
      return try #require(bounds?.last) - #require(bounds?.first)
    }
    let byScan = try await width([])
    #expect(try await width(["--group-by", "row"]) < byScan)
    #expect(try await width(["--group-by", "\(folder.path)/each.csv"]) < byScan)
    let missing = try await Self.evaluate(folder, ["--group-by", "\(folder.path)/none.csv"])
    #expect(missing.exitCode == 66)
  }

  @Test func oddColumnsGetALineAndNoCrash() async throws {
    let folder = try EvaluateFolder()
    try folder.write([
      "VolumeName,Good,All positive,Unlabelled,Sparse,NaN scores,Without scores",
      "a,0,1,,0,0,1", "b,1,1,,1,1,0", "c,0,1,,,0,1", "e,1,1,,1,1,1",
    ])
    try folder.write(
      [
        "VolumeName,Good,All positive,Unlabelled,Sparse,NaN scores,Without labels",
        "a,0.1,0.2,0.3,0.4,nan,0.1", "b,0.4,0.2,0.3,0.9,0.4,0.1", "c,0.2,0.2,0.3,0.4,0.4,0.1",
        "d,0.2,0.2,0.3,0.4,0.4,0.1",
      ], "scores.csv")
    let outcome = try await Self.evaluate(folder, ["--bootstrap", "50", "--csv"])
    #expect(outcome.exitCode == 0)
    for name in ["All positive", "Unlabelled", "Sparse", "NaN scores", "Without"] {
      #expect(outcome.complaints.contains(name), "\(name)")
    }
    #expect(outcome.output.contains("Good,3,1,"))
  }

  @Test func exitCodesTellWhatWasWrong() async throws {
    let folder = try Self.byHand()
    try folder.write(["VolumeName,Nodule", "a,0", "b,0"], "single.csv")
    try folder.write(["VolumeName,Nodule", "a,0,1"], "ragged.csv")
    try folder.write(["VolumeName,Nodule", "x,0", "y,1"], "others.csv")
    let path = folder.path
    let labels = ["--labels", "\(path)/labels.csv"]
    let scores = ["--scores", "\(path)/scores.csv"]
    let model = ["--model", Fixtures.tinyModel, "--output", "\(path)/out"]
    let volumes = ["--volumes", "\(path)/volumes"] + model
    let cases: [([String], Int32, String)] = [
      (labels, 64, "--scores"), (scores, 64, "--labels"),
      (scores + volumes + labels, 64, "--scores"),
      (scores + labels + ["--prompts", "x"], 64, "--volumes"),
      (scores + labels + ["--json", "--csv"], 64, "Choose"),
      (scores + labels + ["--bootstrap", "-1"], 64, "--bootstrap"),
      (scores + labels + ["--write-thresholds"], 64, "requires --volumes"),
      (scores + labels + ["--cohort-name", "x"], 64, "--write-thresholds"),
      (scores + labels + ["--component-scores", "mean=x"], 64, "NAME=FILE"),
      (scores + labels + ["--component-scores", path], 66, "scores-direct.csv"),
      (volumes + labels + ["--gallery", "5"], 64, "--reports"),
      (volumes + labels + ["--limit", "0"], 64, "--limit"),
      (volumes + labels + ["--component-scores", "direct=x"], 64, "--scores"),
      (
        volumes + labels + ["--write-thresholds", "--calibration-name", "A b"], 64,
        "--calibration-name"
      ),
      (scores + ["--labels", "\(path)/nothing.csv"], 66, "No such file"),
      (["--scores", "\(path)/nothing.csv"] + labels, 66, "No such file"),
      (scores + ["--labels", "\(path)/ragged.csv"], 65, "line 2"),
      (scores + ["--labels", "\(path)/others.csv"], 65, "none of"),
      (scores + ["--labels", "\(path)/single.csv"], 65, "no abnormality"),
      (scores + labels + ["--html", "\(path)/labels.csv"], 73, "the input file"),
      (scores + labels + ["--html", "/nonexistent/x.html"], 73, "No such file"),
      (scores + labels + ["--html", "/dev/null"], 73, "not a regular file"),
      (["--volumes", "/nonexistent"] + model + labels, 66, "No such file"),
      (volumes + labels + ["--prompts", "\(path)/labels.csv"], 65, "the column label is missing"),
      (volumes + labels, 65, "no volume could be scored"),
      (["--volumes", path, "--model", "/nonexistent"] + labels, 78, "SHA256SUMS"),
      (volumes + labels + ["--output", "/proc/x"], 73, "/proc/x"),
    ]
    for (arguments, code, complaint) in cases {
      let outcome = try await BrgsaProcess.run(["evaluate"] + arguments)
      #expect(outcome.exitCode == code, "\(arguments): \(outcome.complaints)")
      #expect(outcome.complaints.contains(complaint), "\(arguments): \(outcome.complaints)")
    }
  }
}
