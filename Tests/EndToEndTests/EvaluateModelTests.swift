import Foundation
import StrictJSON
import TestSupport
import Testing

@Suite struct EvaluateModelTests {
  @Test func scoresAreThoseThatDiagnoseGives() async throws {
    let folder = try EvaluateFolder.small()
    let outcome = try await folder.evaluate()
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    let files = (0..<4).map { "\(folder.path)/volumes/case_\($0).nii" }
    let diagnoses = try await BrgsaProcess.run(
      ["diagnose"] + files
        + ["-p", "Lung nodule", "-p", "Pleural effusion", "--csv", "--all-components"]
        + ["--model", Fixtures.tinyModel])
    let columns = [
      "scores.csv", "scores-direct.csv", "scores-bridged.csv", "scores-direct_bridged_text.csv",
      "scores-bridged_both.csv",
    ]
    for (place, name) in columns.enumerated() {
      let rows = try folder.lines("out/\(name)").map { $0.split(separator: ",") }
      #expect(rows.first == ["VolumeName", "Lung nodule", "Pleural effusion"])
      for line in diagnoses.output.split(separator: "\n").dropFirst() {
        let fields = line.split(separator: ",")
        let row = rows.first { fields[0].hasSuffix("/\($0[0])") }
        let label = try #require(Int(fields[2]))
        let printed = row.flatMap { Float($0[1 + label]) }
        #expect(printed == Float(fields[4 + place]), "\(name): \(line)")
      }
    }
  }

  @Test func writtenScoresGiveTheSameFigures() async throws {
    let folder = try EvaluateFolder.small()
    let direct = try await folder.evaluate(["--csv"])
    let again = try await BrgsaProcess.run([
      "evaluate", "--scores", "\(folder.path)/out/scores.csv", "--component-scores",
      "\(folder.path)/out", "--labels", "\(folder.path)/labels.csv", "--bootstrap", "20", "--csv",
    ])
    #expect(again.exitCode == 0)
    #expect(again.output == direct.output)
  }

  @Test func threadsChangeNoFigure() async throws {
    let folder = try EvaluateFolder.small()
    var outputs: Set<String> = []
    for threads in ["1", "2", "3"] {
      try? FileManager.default.removeItem(atPath: "\(folder.path)/out")
      outputs.insert(try await folder.evaluate(["--json", "--threads", threads]).output)
    }
    #expect(outputs.count == 1)
  }

  @Test func volumesAreFoundBelowTheFolderWithOrWithoutEnding() async throws {
    let folder = try EvaluateFolder()
    try folder.write(EvaluateFolder.volume(0), "volumes/train_1/train_1_a/train_1_a_1.nii")
    try folder.write(NIfTIGzip().member(EvaluateFolder.volume(1)), "volumes/b.nii.gz")
    try folder.write(EvaluateFolder.volume(2), "volumes/one/c.nii")
    try folder.write(EvaluateFolder.volume(3), "volumes/two/c.nii")
    try folder.write(EvaluateFolder.volume(4), "volumes/d.nii")
    try folder.write(EvaluateFolder.volume(5), "volumes/d.nii.gz")
    try folder.write([
      "VolumeName,Lung nodule", "train_1_a_1,1", "b.nii.gz,0", "two/c.nii,1", "c.nii,0",
      "d.nii,1", "d.nii.gzip,1", "gone,0",
    ])
    let outcome = try await folder.evaluate()
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    #expect(outcome.complaints.contains("c.nii: occurs several times: "))
    #expect(outcome.complaints.contains("gone: is not in"))
    #expect(
      try folder.lines("out/scores.csv").map { $0.prefix { $0 != "," } } == [
        "VolumeName", "train_1_a_1", "b.nii.gz", "two/c.nii", "d.nii",
      ])
  }

  @Test func aRefusedVolumeCountsAsMissing() async throws {
    let folder = try EvaluateFolder.small()
    try folder.write(Array(EvaluateFolder.volume(0).dropLast()), "volumes/case_0.nii")
    let outcome = try await folder.evaluate(["--json"])
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    let line = outcome.complaints.split(separator: "\n").first { $0.contains("case_0.nii") }
    #expect(line?.hasSuffix("(truncated-volume)") == true)
    let report = try JSON(parsing: Array(outcome.output.utf8))
    #expect(report["studies"] == 3)
    #expect(
      report["notes"]?.elements.contains { $0["code"]?.text == "studies-without-scores" } == true)
  }

  @Test func whereNothingCanBeScoredTheCodeSaysSo() async throws {
    let folder = try EvaluateFolder.small()
    for index in 0..<4 { try folder.write([1, 2, 3], "volumes/case_\(index).nii") }
    let outcome = try await folder.evaluate()
    #expect(outcome.exitCode == 65)
    #expect(outcome.complaints.contains("no volume could be scored"))
    #expect(outcome.output.isEmpty)
  }

  @Test func otherWordingsAreScoredByTheirMean() async throws {
    let folder = try EvaluateFolder.small()
    let wordings = ["There is a nodule in the lung", "lung with a nodule"]
    var single: [[Float]] = []
    for wording in wordings {
      try folder.write(["text,label", "\(wording),Lung_Nodule", "x y,Heart"], "prompts.csv")
      let outcome = try await folder.evaluate(["--prompts", "\(folder.path)/prompts.csv"])
      #expect(outcome.exitCode == 0)
      #expect(outcome.complaints.contains("Heart is not a label of the cohort"))
      #expect(outcome.complaints.contains("no text for Pleural effusion"))
      single.append(try Self.column(folder))
    }
    try folder.write(
      ["label,text", "lung nodule,\(wordings[0])", "lung nodule,\(wordings[1])"], "prompts.csv")
    let both = try await folder.evaluate(["--prompts", "\(folder.path)/prompts.csv"])
    #expect(both.exitCode == 0)
    #expect(try Self.column(folder) == zip(single[0], single[1]).map { ($0 + $1) / 2 })
  }

  @Test func reportsFindTheirVolumesAndOddOnesAreCounted() async throws {
    let folder = try EvaluateFolder.small()
    let long = String(repeating: "lung nodule ", count: 100)
    try folder.write(
      [
        "VolumeName,Impressions_EN,Other", "case_0.nii,There is pleural effusion.,a b",
        "case_1,\"There is lung nodule, large.\",a b", "case_2,\(long),a b", "case_3,Gas.,a b",
      ], "reports.csv")
    let reports = ["--reports", "\(folder.path)/reports.csv", "--json"]
    let outcome = try await folder.evaluate(reports)
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    #expect(outcome.complaints.contains("1 of 4 reports are too long for the model"))
    #expect(outcome.complaints.contains("1 reports have no words"))
    let retrieval = try JSON(parsing: Array(outcome.output.utf8))["retrieval"]
    #expect(retrieval?["reports"] == 3)
    #expect(retrieval?["gallery"] == 4)
    let first = try await folder.evaluate(reports + ["--gallery", "2"])
    let part = try JSON(parsing: Array(first.output.utf8))["retrieval"]
    #expect(part?["reports"] == 2)
    #expect(part?["gallery"] == 2)
    // Shortened by rules, the long one names its finding once.
    let short = try await folder.evaluate(reports + ["--summarize"])
    #expect(short.exitCode == 0)
    #expect(!short.complaints.contains("too long for the model"))
    #expect(try await folder.evaluate(["--summarize"]).exitCode == 64)
    let other = try await folder.evaluate(reports + ["--report-column", "Missing"])
    #expect(other.exitCode == 65)
    #expect(other.complaints.contains("no column is called Missing"))
  }

  @Test func thresholdsLieBesideTheWeightsAndDiagnoseUsesThem() async throws {
    let folder = try EvaluateFolder.small()
    let model = try ModelFolder()
    defer { model.remove("calibration.json") }
    let outcome = try await folder.evaluate(
      ["--write-thresholds", "--calibration-name", "small", "--cohort-note", "four volumes"],
      model: model.path)
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    let bytes = try FixtureFile.read("\(model.path)/calibration.json")
    #expect(
      outcome.complaints.contains(
        "wrote 2 thresholds to \(model.path)/calibration.json, sha256 \(ModelDigest.sha256(bytes))")
    )
    let calibration = try JSON(parsing: bytes)
    #expect(calibration["name"]?.text == "small")
    #expect(calibration["method"]?.text == "closest-to-corner")
    #expect(calibration["cohort"]?["name"]?.text == "labels")
    #expect(calibration["cohort"]?["studies"] == 4)
    let nodule = try #require(calibration["thresholds"]?.elements.first)
    #expect(nodule["text"]?.text == "There is Lung nodule")
    #expect(nodule["positives"] == 2)
    // A volume is positive if its score is greater than the threshold, in scores.csv as in diagnose.
    let threshold = try #require(nodule["threshold"]?.number)
    for (index, score) in try Self.column(folder).enumerated() {
      let diagnosis = try await BrgsaProcess.run([
        "diagnose", "\(folder.path)/volumes/case_\(index).nii", "-p", "Lung nodule", "--json",
        "--model", model.path,
      ])
      let finding = try JSON(parsing: Array(diagnosis.output.utf8))["findings"]?.elements.first
      #expect(finding?["threshold"]?.number == threshold)
      #expect(finding?["positive"] == .bool(score > Float(threshold)), "\(index)")
    }
  }

  @Test func damagedThresholdsAreReplaced() async throws {
    let folder = try EvaluateFolder.small()
    let model = try ModelFolder()
    defer { model.remove("calibration.json") }
    try model.write(Array("damaged".utf8), as: "calibration.json")
    let outcome = try await folder.evaluate(["--write-thresholds"], model: model.path)
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    let verified = try await BrgsaProcess.run(["model", "verify", model.path])
    #expect(verified.exitCode == 0, "\(verified.complaints)")
  }

  /// The first column of the written scores.
  private static func column(_ folder: EvaluateFolder) throws -> [Float] {
    try folder.lines("out/scores.csv").dropFirst().compactMap { line in
      Float(line.split(separator: ",")[1])
    }
  }
}
