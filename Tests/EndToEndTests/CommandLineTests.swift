import Foundation
import StrictJSON
import TestSupport
import Testing

@Suite struct CommandLineTests {
  private let good = HostileVolumes.good().bytes()

  @Test func exitCodesTellWhatWasWrong() async throws {
    let file = try TemporaryFile(good)
    let cut = try TemporaryFile(Array(good.dropLast()))
    let model = ["--model", Fixtures.tinyModel]
    let cases: [([String], Int32, String)] = [
      (["--version"], 0, ""), (["diagnose", file.path] + model, 64, "Name findings"),
      (["diagnose", file.path, "-p", "x", "--json", "--csv"] + model, 64, "Choose"),
      (["diagnose", file.path, "-p", "gas"] + model, 0, "random weights"),
      (["diagnose", cut.path, "-p", "gas"] + model, 65, "truncated-volume"),
      (["diagnose", "/nonexistent.nii", "-p", "gas"] + model, 66, "No such file"),
      (["diagnose", "/dev/null", "-p", "gas"] + model, 66, "not a regular file"),
      (["diagnose", file.path, "-p", "gas", "--model", "/nonexistent"], 78, "SHA256SUMS"),
      (["diagnose", file.path, "-p", "?"] + model, 64, "prompt-empty"),
      (["diagnose", file.path, "-p", "gas", "--threads", "0"] + model, 78, "threads"),
      (["inspect", file.path, "--save-input", "/nonexistent/x.nii"] + model, 73, "No such file"),
      (["inspect", file.path, "--save-input", file.path] + model, 73, "the input file"),
      (["config", "--print", "--config", "/nonexistent"], 78, "No such file"),
      (["serve", "--host", "127.example.org"] + model, 78, "--insecure"),
      (["inspect", cut.path], 65, "truncated-volume"), (["inspect", file.path], 0, ""),
      (["inspect", file.path, "--save-input", "/tmp/x.nii"], 64, "--model"),
      (["model", "verify", "/tmp"], 78, "SHA256SUMS"),
      (["model", "verify", Fixtures.tinyModel], 0, "random weights"),
      (["serve", "--host", "0.0.0.0"] + model, 78, "--insecure"),
      (["serve", "--log-level", "loud"] + model, 78, "log-level"),
      (["serve", "--port", "0", "--spool", "/proc", "--store", ":memory:"] + model, 78, "spool"),
      (
        ["serve", "--port", "0", "--store", ":memory:", "--model", "/nonexistent"], 78,
        "SHA256SUMS"
      ),
      (["config"], 64, "--print"),
    ]
    for (arguments, code, complaint) in cases {
      let outcome = try await BrgsaProcess.run(arguments)
      #expect(outcome.exitCode == code, "\(arguments): \(outcome.complaints)")
      #expect(complaint.isEmpty || outcome.complaints.contains(complaint), "\(arguments)")
    }
  }

  @Test func aRefusedFileDoesNotStopTheOthers() async throws {
    let file = try TemporaryFile(good)
    let cut = try TemporaryFile(Array(good.dropLast()))
    let outcome = try await BrgsaProcess.run([
      "diagnose", cut.path, file.path, "-p", "gas", "--csv", "--model", Fixtures.tinyModel,
    ])
    #expect(outcome.exitCode == 65)
    let lines = outcome.output.split(separator: "\n")
    #expect(
      lines.first
        == "file,rank,index,label,score,direct,bridged,threshold,positive,decision,warnings,notice,score_kind"
    )
    #expect(lines.count == 2)
    #expect(lines.last?.hasPrefix("\(file.path),1,0,gas,") == true)
    #expect(lines.last?.contains(",,,no-threshold,,") == true)
    #expect(lines.last?.contains("This model has random weights") == true)
  }

  @Test func tokenizePrintsALineOfIDsForEachLine() async throws {
    let outcome = try await BrgsaProcess.run(
      ["tokenize", "--model", Fixtures.tinyModel],
      input: "There is pleural effusion\n\nPneumonia.\n")
    #expect(outcome.output == "2 79 80 84 85 3\n2 3\n2 3\n")
  }

  @Test func inspectDescribesTheVolumeAndSavesTheModelsView() async throws {
    let file = try TemporaryFile(good)
    let saved = try TemporaryFile([])
    let outcome = try await BrgsaProcess.run([
      "inspect", file.path, "--model", Fixtures.tinyModel, "--save-input", saved.path,
    ])
    let report = try JSON(parsing: Array(outcome.output.utf8))
    #expect(report["shape"] == [24, 20, 16])
    #expect(report["orientation"]?.text == "LPS")
    let again = try await BrgsaProcess.run(["inspect", saved.path])
    let view = try JSON(parsing: Array(again.output.utf8))
    #expect(view["shape"] == [64, 64, 32])
    #expect(view["spacing_mm"] == [6, 6, 12])
    #expect(view["orientation"]?.text == "LPS")
  }

  @Test func flagsGoBeforeVariablesBeforeTheFileBeforeDefaults() async throws {
    let file = try TemporaryFile(
      Array("port: 1111\nqueue-capacity: 7\nhost: localhost\n".utf8), suffix: ".yaml")
    let outcome = try await BrgsaProcess.run(
      ["config", "--print", "--config", file.path, "--host", "127.0.0.2"],
      environment: ["BRGSA_PORT": "2222", "BRGSA_HOST": "127.0.0.3", "BRGSA_MAX_BODY": "4096"])
    #expect(outcome.exitCode == 0)
    for line in [
      "host: \"127.0.0.2\"", "port: 2222", "queue-capacity: 7", "max-body: 4096",
      "shutdown-grace: 25",
    ] {
      #expect(outcome.output.contains(line), "\(line)")
    }
  }

  @Test func printedSettingsAreAFileThatGivesThem() async throws {
    let printed = try await BrgsaProcess.run(["config", "--print", "--port", "1234"])
    let file = try TemporaryFile(Array(printed.output.utf8), suffix: ".yaml")
    let again = try await BrgsaProcess.run(["config", "--print", "--config", file.path])
    func values(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    }
    #expect(values(again.output) == values(printed.output))
  }

  @Test(
    arguments: [
      ("port: many\n", [:]), ("prot: 80\n", [:]), ("port: [1\n", [:]), ("", ["BRGSA_PORT": "x"]),
      ("", ["BRGSA_INSECURE": "perhaps"]), ("port: 70000\n", [:]),
    ] as [(String, [String: String])])
  func badSettingsAreRefusedByName(yaml: String, environment: [String: String]) async throws {
    let file = try TemporaryFile(Array(yaml.utf8), suffix: ".yaml")
    let outcome = try await BrgsaProcess.run(
      ["config", "--print", "--config", file.path], environment: environment)
    #expect(outcome.exitCode == 78)
    #expect(outcome.complaints.hasPrefix("brgsa: configuration: "))
  }
}
