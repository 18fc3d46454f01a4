import Foundation
import TestSupport
import Testing

/// Settings that a start must not skip, through the real program.
@Suite struct SettingsTests {
  private func print(
    _ yaml: String?, _ arguments: [String] = [], _ environment: [String: String] = [:],
    by command: [String] = ["config", "--print"]
  ) async throws -> BrgsaProcess.Outcome {
    let file = try yaml.map { try TemporaryFile(Array($0.utf8), suffix: ".yaml") }
    return try await BrgsaProcess.run(
      command + (file.map { ["--config", $0.path] } ?? []) + arguments, environment: environment)
  }

  /// Every setting of every kind: what is not a plain value never counts as “not said”.
  @Test(arguments: ["{a: b}", "[a, b]", "{}", "[]", "", "~", "null", "!!null x", "# nothing"])
  func whatIsNotAPlainValueIsRefusedByName(value: String) async throws {
    let settings = try await print(nil).output.split(separator: "\n")
      .filter { !$0.hasPrefix("#") }.compactMap { $0.split(separator: ":").first }
    #expect(settings.count > 20)
    // A file is read in one way whatever the setting is: one of each kind, and more, will do.
    for setting in settings.enumerated().filter({ $0.offset % 9 == 0 }).map(\.element)
      + ["keys-file", "retention-days", "insecure", "audit-log"]
    {
      let outcome = try await print("\(setting): \(value)\n")
      #expect(outcome.exitCode == 78, "\(setting): \(value)")
      #expect(outcome.complaints.contains(": \(setting) is "), "\(outcome.complaints)")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test(
    arguments: [
      ("keys-file: no\n", "keys-file is a truth value, not a text"),
      ("audit-log: off\n", "audit-log is a truth value, not a text"),
      ("retention-days: thirty\n", "retention-days is not a whole number"),
      ("retention-days: 1.5\n", "retention-days is not a whole number"),
      ("retention-days: 99999999999999999999\n", "retention-days is not a whole number"),
      ("insecure: perhaps\n", "insecure is not true or false"),
      ("keys-file: \" \"\n", "keys-file (file) is empty"), ("host: \"\"\n", "host (file) is empty"),
      ("keys-file: \"a\\0b\"\n", "control character"), ("keys-file: |\n  a\n", "control character"),
      ("keys-file: a\nkeys-file: b\n", "twice"), ("Keys-File: a\n", "Keys-File is not a setting"),
      ("? [keys-file]\n: a\n", "name of a setting"),
      ("? {keys-file: a}\n: b\n", "name of a setting"),
      ("- keys-file: a\n", "no settings"), ("keys-file\n", "no settings"), ("\n", "no settings"),
      ("port: 1\n---\nkeys-file: a\n", "YAML"),
    ])
  func whatWouldBeMistakenIsRefused(yaml: String, complaint: String) async throws {
    let outcome = try await print(yaml)
    #expect(outcome.exitCode == 78)
    #expect(outcome.complaints.contains(complaint), "\(outcome.complaints)")
  }

  @Test func serveRefusesThemToo() async throws {
    for yaml in ["keys-file: {a: b}\n", "audit-log: [a]\n", "retention-days:\n"] {
      let outcome = try await print(
        yaml, ["--port", "0", "--store", ":memory:", "--model", Fixtures.tinyModel], by: ["serve"])
      #expect(outcome.exitCode == 78, "\(yaml)")
    }
  }

  /// Otherwise it would say that the store is in use where another service runs, or leave files behind.
  @Test func serveRefusesASettingBeforeItWritesAFile() async throws {
    let folder = try ArchiveFolder()
    let place = folder.path
    let base = ["serve", "--port", "0", "--model", Fixtures.tinyModel]
    for (name, value, words) in [
      ("allowed-hosts", "http://x", "allowed-hosts"), ("tls-cert", "/nonexistent", "tls-cert"),
      ("keys-file", "/nonexistent", "keys file"), ("summarizer-url", "nonsense", "summarizer-url"),
      ("host", "0.0.0.0", "loopback"), ("compute", "f16", "compute"), ("threads", "0", "threads"),
    ] {
      let outcome = try await BrgsaProcess.run(
        base + [
          "--store", "\(place)/store.sqlite", "--audit-log", "\(place)/audit", "--spool",
          "\(place)/spool", "--\(name)", value,
        ])
      #expect(outcome.exitCode == 78, "\(name): \(outcome.complaints)")
      #expect(outcome.complaints.contains(words), "\(name): \(outcome.complaints)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: place).isEmpty, "\(name)")
    }
  }

  @Test func emptyVariablesAndFlagsAreRefusedByName() async throws {
    for name in ["keys-file", "audit-log", "retention-days", "insecure", "host", "summarizer-url"] {
      let variable = "BRGSA_" + name.uppercased().replacing("-", with: "_")
      for value in ["", " "] {
        let outcome = try await print(nil, [], [variable: value])
        #expect(outcome.exitCode == 78, "\(variable)")
        #expect(outcome.complaints.contains("\(name) (environment) is "), "\(outcome.complaints)")
      }
    }
    for flag in ["--keys-file", "--audit-log", "--store", "--allowed-hosts"] {
      let outcome = try await print(nil, [flag, ""])
      #expect(outcome.exitCode == 78, "\(flag)")
      #expect(outcome.complaints.contains("\(flag.dropFirst(2)) (flag) is empty"))
    }
  }

  @Test func plainValuesCountHoweverTheyAreWritten() async throws {
    let outcome = try await print(
      "port: \"8081\"\ninsecure: yes\nkeys-file: \"\"\nhost: &h localhost\nallowed-hosts: *h\n"
        + "spool: 'a b'\nretention-days: 030\n")
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    for line in [
      "port: 8081", "insecure: true", "keys-file: \"\"", "host: \"localhost\"",
      "allowed-hosts: \"localhost\"", "spool: \"a b\"", "retention-days: 30",
    ] {
      #expect(outcome.output.split(separator: "\n").contains(Substring(line)), "\(line)")
    }
  }

  @Test func variablesThatNothingReadsAreNamed() async throws {
    let outcome = try await print(
      nil, [], ["BRGSA_KEYFILE": "SECRET", "BRGSA_RETENTION": "30", "BRGSA_PORT": "8081"])
    #expect(outcome.exitCode == 0)
    #expect(outcome.complaints.split(separator: "\n").count == 2, "\(outcome.complaints)")
    for name in ["BRGSA_KEYFILE", "BRGSA_RETENTION"] {
      #expect(outcome.complaints.contains("\(name) is not a setting"))
    }
    #expect(!outcome.complaints.contains("SECRET"))
  }

  @Test(
    arguments: [
      "http://user:SECRET@127.0.0.1:1/v1", "http://SECRET@127.0.0.1/v1", "user:SECRET@host/v1",
      "http://user:SECRET@SECRET@host", "http://u:SECRET?SECRET@host/", "http://u:SECRET#x@host/",
      "https://host/v1?api-key=SECRET", "https://host/v1#SECRET", "http://u:SECRET@\u{301}host/",
      "HTTP://u:SECRET/x@host", "https://host/v1?\u{301}key=SECRET",
    ])
  func aPasswordInAnAddressIsNeverShown(url: String) async throws {
    let printed = try await print(nil, [], ["BRGSA_SUMMARIZER_URL": url])
    #expect(printed.exitCode == 0 && printed.output.contains("(hidden)"), "\(printed.output)")
    let misplaced = try await print(nil, [], ["BRGSA_HOST": url])
    let outcomes = [
      printed, misplaced,
      try await print(
        nil, ["--port", "0", "--store", ":memory:", "--log-level", "trace"],
        ["BRGSA_SUMMARIZER_URL": url], by: ["serve"]),
      try await print(nil, ["--url", url], by: ["health"]),
    ]
    #expect(outcomes[2].exitCode == 78, "serve takes no address with a password")
    for (place, outcome) in outcomes.enumerated()
    where place != 1 || url.contains("://") {
      #expect(!(outcome.output + outcome.complaints).contains("SECRET"), "\(place)")
    }
  }

  @Test func aPasswordInTheStoresAddressIsNeverShown() async throws {
    let address = "postgresql://u:SECRET@/d?host=/nonexistent&password=SECRET"
    for (command, code) in [
      (["config", "--print"], Int32(0)), (["db", "check"], 69), (["db", "vacuum"], 69),
      (["db", "backup", "/nonexistent/copy"], 78), (["serve", "--port", "0"], 69),
    ] {
      let outcome = try await BrgsaProcess.run(command + ["--store", address])
      #expect(outcome.exitCode == code, "\(command): \(outcome.complaints)")
      #expect(!(outcome.output + outcome.complaints).contains("SECRET"), "\(command)")
      #expect(
        (outcome.output + outcome.complaints).contains("postgresql://(hidden)@") || code == 78)
    }
  }
}
