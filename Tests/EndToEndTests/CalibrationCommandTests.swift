import Foundation
import StrictJSON
import TestSupport
import Testing

@Suite struct CalibrationCommandTests {
  private let good = HostileVolumes.good().bytes()

  @Test func thresholdsAreShownInTheTableAndInTheRows() async throws {
    let volume = try TemporaryFile(good)
    let file = try TemporaryFile(try await document(threshold: -1), suffix: ".json")
    let arguments = [
      "diagnose", volume.path, "-p", "lung nodule", "-p", "gas", "--model", Fixtures.tinyModel,
    ]
    let table = try await BrgsaProcess.run(arguments + ["--calibration", file.path])
    #expect(table.exitCode == 0)
    let lines = table.output.split(separator: "\n")
    #expect(lines[1].contains("notice: This model has random weights"))
    #expect(lines.contains { $0.contains("threshold   positive") })
    #expect(lines.contains { $0.contains("lung nodule") && $0.contains("-1.0000     yes") })
    #expect(lines.contains { $0.contains("gas") && $0.contains(" -          -") })
    let rows = try await BrgsaProcess.run(arguments + ["--csv", "--calibration", file.path])
    let cells = rows.output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(
      cells[0].suffix(6) == [
        "threshold", "positive", "decision", "warnings", "notice", "score_kind",
      ])
    let place = cells[0].count - 6
    let nodule = try #require(cells.first { $0[3] == "lung nodule" })
    #expect(nodule[place...].prefix(3) == ["-1.0", "true", "above-threshold"])
    let gas = try #require(cells.first { $0[3] == "gas" })
    #expect(gas[place...].prefix(3) == ["", "", "no-threshold"])
    #expect(
      rows.output.split(separator: "\n").dropFirst().allSatisfy {
        $0.contains("This model has random weights")
      })
    let plain = try await BrgsaProcess.run(arguments)
    #expect(!plain.output.contains("threshold"))
  }

  @Test func filesThatDoNotFitAreRefused() async throws {
    let volume = try TemporaryFile(good)
    let fitting = try await document(threshold: 0)
    let cut = try TemporaryFile(Array(fitting.dropLast()), suffix: ".json")
    let foreign = try TemporaryFile(
      CalibrationServiceTests.document("a", String(repeating: "0", count: 64), [("a b", 0)]),
      suffix: ".json")
    for (path, code, complaint) in [
      (cut.path, Int32(65), "is not JSON"), (foreign.path, 65, "another model"),
      ("/nonexistent.json", 66, "No such file"), ("none", 0, ""),
    ] {
      let outcome = try await BrgsaProcess.run([
        "diagnose", volume.path, "-p", "gas", "--model", Fixtures.tinyModel, "--calibration", path,
      ])
      #expect(outcome.exitCode == code, "\(path): \(outcome.complaints)")
      #expect(complaint.isEmpty || outcome.complaints.contains(complaint))
    }
  }

  @Test func aFileBesideTheWeightsThatIsNotTheModelsIsRefusedEverywhereButWhereItIsNotNeeded()
    async throws
  {
    let volume = try TemporaryFile(good)
    let folder = try ModelFolder()
    defer { folder.remove("calibration.json") }
    let verified = try await BrgsaProcess.run(["model", "verify", folder.path])
    #expect(verified.output.contains("calibration none"))
    try folder.write(try await document(threshold: 0), as: "calibration.json")
    let mentioned = try await BrgsaProcess.run(["model", "verify", folder.path])
    #expect(mentioned.output.contains("calibration a, 1 thresholds, sha256 "))
    try folder.write(
      CalibrationServiceTests.document("a", String(repeating: "0", count: 64), [("a b", 0)]),
      as: "calibration.json")
    let diagnose = ["diagnose", volume.path, "-p", "gas", "--model", folder.path]
    for arguments in [
      ["model", "verify", folder.path], diagnose,
      ["serve", "--port", "0", "--store", ":memory:", "--model", folder.path],
    ] {
      let outcome = try await BrgsaProcess.run(arguments)
      #expect(outcome.exitCode == 78, "\(arguments)")
      #expect(
        outcome.complaints.contains("calibration.json: was made for another model"),
        "\(outcome.complaints)")
      #expect(outcome.complaints.contains("remove the file"))
    }
    #expect(try await BrgsaProcess.run(diagnose + ["--calibration", "none"]).exitCode == 0)
  }

  @Test func theSettingIsCheckedAndHasAFolderOfItsOwn() async throws {
    for (value, code) in [("none", Int32(0)), ("model", 0), ("ward-7", 0), ("Ward", 78), ("", 78)] {
      let outcome = try await BrgsaProcess.run(["config", "--print", "--calibration", value])
      #expect(outcome.exitCode == code, "\(value)")
    }
    let outcome = try await BrgsaProcess.run(["config", "--print"])
    #expect(outcome.output.contains("calibrations: \"\(Fixtures.checkout)/data/calibrations\""))
  }

  private func document(threshold: Float) async throws -> [UInt8] {
    let verified = try await BrgsaProcess.run(["model", "verify", Fixtures.tinyModel])
    let line = try #require(
      verified.output.split(separator: "\n").first { $0.hasPrefix("sha256") })
    let model = try #require(line.split(separator: " ").last)
    return CalibrationServiceTests.document(
      "a", String(model), [("There is lung nodule", threshold)])
  }
}
