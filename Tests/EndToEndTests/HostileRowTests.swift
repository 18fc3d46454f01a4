import Foundation
import TestSupport
import Testing

/// The list of bad inputs as a whole: no row is forgotten, and no proof is only claimed.
@Suite struct HostileRowTests {
  @Test func everyRowIsListedOnce() {
    let wanted = HostileRow.tables.flatMap { table, count in (1...count).map { "\(table)\($0)" } }
    #expect(wanted.count == 171)
    #expect(HostileRow.all.flatMap(\.ids).sorted() == wanted.sorted())
  }

  @Test func everyNamedTestStandsInItsFile() throws {
    let sources = try Self.sources()
    for row in HostileRow.all {
      for test in row.tests {
        let parts = test.split(separator: ".")
        #expect(parts.count == 2, "\(row.ids): \(test)")
        let source = try #require(
          sources[String(parts[0])], "\(row.ids): no file \(parts[0]).swift")
        #expect(Self.hasTest(parts[1], in: source), "\(row.ids): \(test)")
      }
    }
  }

  @Test func whatNoTestProvesHasAReason() {
    for row in HostileRow.all {
      #expect(!row.tests.isEmpty || row.reason != nil, "\(row.ids)")
      #expect((row.reason?.count ?? 100) > 20, "\(row.ids)")
      #expect(Set(row.tests).count == row.tests.count, "\(row.ids)")
    }
  }

  /// What stands before the function's name, down from the function before it, must call it a test.
  private static func hasTest(_ name: Substring, in source: String) -> Bool {
    let pieces = source.components(separatedBy: "func ")
    return zip(pieces, pieces.dropFirst()).contains { before, piece in
      piece.hasPrefix("\(name)(") && before.contains("@Test")
    }
  }

  /// The tests' sources by their file's name without its ending; those of one name are one.
  private static func sources() throws -> [String: String] {
    let folder = "\(Fixtures.checkout)/Tests"
    let paths = try #require(FileManager.default.enumerator(atPath: folder))
    var sources: [String: String] = [:]
    for case let path as String in paths where path.hasSuffix(".swift") {
      let name = String(path.split(separator: "/").last?.dropLast(6) ?? "")
      sources[name, default: ""] += try String(
        contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
    }
    return sources
  }
}
