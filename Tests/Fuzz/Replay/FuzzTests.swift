import Glibc
import TestSupport
import Testing

/// Inputs that a fuzzer found worth keeping, and the seeds that it started from.
@Suite("Fuzzed parsers") struct FuzzTests {
  @Test("Every input of the corpus is taken or refused, and breaks no law")
  func corpus() async throws {
    for target in FuzzTarget.allCases {
      let names = try Self.names(in: "\(Self.corpus)/\(target.rawValue)")
      #expect(!names.isEmpty, "no corpus for \(target.rawValue)")
      for name in names {
        let bytes = try FixtureFile.read("\(Self.corpus)/\(target.rawValue)/\(name)")
        let place = "\(target.rawValue)/\(name)"
        do throws(BrokenLaw) {
          try await target.run(bytes)
        } catch {
          Issue.record("\(place): \(error)")
        }
      }
    }
  }

  @Test("No bytes, and every single byte, are taken or refused", arguments: FuzzTarget.allCases)
  func shortest(_ target: FuzzTarget) async throws {
    try await target.run([])
    for byte in UInt8.min ... .max { try await target.run([byte]) }
  }

  private static let corpus = "\(Fixtures.checkout)/Tests/FuzzCorpus"

  private static func names(in folder: String) throws -> [String] {
    guard let stream = opendir(folder) else {
      throw FixtureError.inaccessible(path: folder, errno: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      // In place: a copy would read 256 bytes, but an entry ends with its name.
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }
}
