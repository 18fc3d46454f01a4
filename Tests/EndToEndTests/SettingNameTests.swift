import Foundation
import TestSupport
import Testing

/// A setting has one place in the sources, and documents name no other.
@Suite struct SettingNameTests {
  /// Variables that other programs read, or tests only.
  private static let others: Set = [
    "BRGSA_CONFIG", "BRGSA_TEST_FATAL_UPLOAD",
    // compose.yaml and the client beside Orthanc.
    "BRGSA_SECRETS", "BRGSA_URL", "BRGSA_KEY", "BRGSA_KEY_FILE", "BRGSA_CHECK_WORK",
  ]

  /// The names, as the program itself lists them.
  private func names() async throws -> [String] {
    let outcome = try await BrgsaProcess.run(["config", "--print"])
    return outcome.output.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .compactMap { $0.split(separator: ":").first.map(String.init) }
  }

  /// The texts of the files below `folders` of the checkout, by path.
  private func texts(_ folders: [String], endingIn endings: [String]) throws -> [(String, String)] {
    try folders.flatMap { folder in
      let top = "\(Fixtures.checkout)/\(folder)"
      return try FileManager.default.subpathsOfDirectory(atPath: top)
        .filter { path in endings.contains { path.hasSuffix($0) } && !path.contains("orthanc") }
        .map { ($0, try String(contentsOfFile: "\(top)/\($0)", encoding: .utf8)) }
    }
  }

  @Test func theSourcesNameASettingInOnePlace() async throws {
    let sources = try texts(["Sources"], endingIn: [".swift"])
    // A name of one word has other meanings, too.
    let compound = try await names().filter { $0.contains("-") }
    #expect(compound.count > 15)
    for name in compound {
      let places = sources.flatMap { path, text in
        Array(repeating: path, count: text.ranges(of: "\"\(name)\"").count)
      }
      #expect(places == ["brgsa/Settings/SettingTable.swift"], "\(name)")
    }
  }

  @Test func documentsAndDeploymentsNameOnlySettings() async throws {
    let names = try await names()
    let variables = Self.others.union(
      names.map { "BRGSA_" + $0.uppercased().replacing("-", with: "_") })
    let documents = try texts(
      ["Docker", "Sources/API/Documentation.docc"],
      endingIn: [".md", ".yaml", ".service", ".sh", "Dockerfile"])
    #expect(documents.count > 20)
    for (path, text) in documents {
      for match in text.matches(of: /BRGSA_[A-Z_]*[A-Z]/) {
        #expect(variables.contains(String(match.output)), "\(path): \(match.output)")
      }
      for line in text.split(separator: "\n") where line.contains("brgsa serve") {
        for match in line.matches(of: /--([a-z-]+)/) {
          #expect(names.contains(String(match.output.1)), "\(path): \(match.output.0)")
        }
      }
    }
  }
}
