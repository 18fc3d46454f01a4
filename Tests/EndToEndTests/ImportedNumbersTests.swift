import Foundation
import StrictJSON
import TestSupport
import Testing

/// Archives that no service exported: their numbers are refused at the import, and what an older version let in harms
/// no request.
@Suite(.timeLimit(.minutes(30))) struct ImportedNumbersTests {
  private let model = ["--model", Fixtures.tinyModel]

  /// An exported volume, and its line with another text for `old`.
  private func importing(_ changes: [(old: String, new: String)]) async throws -> [Int32] {
    let folder = try ArchiveFolder()
    let file = try TemporaryFile(ArchiveVolumes.volume(1))
    let export = "\(folder.path)/export"
    for arguments in [["embed", file.path], ["db", "export", export]] {
      let outcome = try await BrgsaProcess.run(arguments + ["--store", folder.store] + model)
      #expect(outcome.exitCode == 0, "\(outcome)")
    }
    let list = "\(export)/volumes.jsonl"
    let text = try String(contentsOfFile: list, encoding: .utf8)
    var codes: [Int32] = []
    for (number, change) in changes.enumerated() {
      let changed = text.replacing(
        try Regex(change.old), with: change.new, maxReplacements: 1)
      #expect(changed != text, "\(change)")
      try changed.write(toFile: list, atomically: true, encoding: .utf8)
      let outcome = try await BrgsaProcess.run(
        ["db", "import", export, "--store", "\(folder.path)/\(number).sqlite"] + model)
      #expect(outcome.wasExit, "\(change): \(outcome)")
      codes.append(outcome.exitCode)
    }
    return codes
  }

  @Test func numbersThatNoVolumeHasAreRefused() async throws {
    let codes = try await importing([
      (#""warnings":\[[^\n]*?\]\}"#, #""warnings":[["fov-long",0,1e300]]}"#),
      (#""shape":\[[0-9]+"#, #""shape":[-5"#),
      (#""shape":\[[0-9,]+\]"#, #""shape":[1099511627776,1099511627776,1099511627776]"#),
      (#""created_at":[0-9]+"#, #""created_at":9223372036854775807"#),
      (#""bytes":[0-9]+"#, #""bytes":-1"#),
      (#""voxels":[0-9]+"#, #""voxels":1e300"#),
      (#""volumes":1"#, #""volumes":9223372036854775807"#),
      (#""volumes":1"#, #""volumes":4294967296"#),
    ])
    #expect(codes.allSatisfy { $0 == 65 }, "\(codes)")
  }
}
