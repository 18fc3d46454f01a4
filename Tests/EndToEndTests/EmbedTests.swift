import Foundation
import StrictJSON
import TestSupport
import Testing

/// Display names and tags of the command `brgsa embed`.
@Suite(.timeLimit(.minutes(30))) struct EmbedTests {
  private let folder: ArchiveFolder
  private var store: [String] {
    ["--store", folder.store, "--model", Fixtures.tinyModel, "--threads", "1"]
  }

  init() throws { folder = try ArchiveFolder() }

  private func file(_ name: String, _ number: Int) throws -> String {
    let path = "\(folder.path)/\(name)"
    try Data(ArchiveVolumes.volume(number)).write(to: URL(filePath: path))
    return path
  }

  private func volumes() async throws -> [String: JSON] {
    let service = try await RunningService(store: folder.store)
    let listed = try await service.answer("GET", "/v1/volumes").json["volumes"]?.elements ?? []
    return Dictionary(
      uniqueKeysWithValues: listed.compactMap { volume in
        volume["metadata"]?["name"]?.text.map { ($0, volume["metadata"]?["tags"] ?? .null) }
      })
  }

  @Test func filesGiveTheirNamesOnlyWhenAsked() async throws {
    let files = [try file("Case 1.nii.gz", 1), try file("case.2.NII", 2)]
    let silent = try await BrgsaProcess.run(["embed"] + files + store)
    #expect(silent.exitCode == 0, "\(silent.complaints)")
    #expect(try await volumes().isEmpty)
    let named = try await BrgsaProcess.run(
      ["embed", "--keep-names", "--tag", "site=A", "--tag", "year=2026"] + files + store)
    #expect(named.exitCode == 0, "\(named.complaints)")
    let tags: JSON = ["site": "A", "year": "2026"]
    #expect(try await volumes() == ["Case 1": tags, "case.2": tags])
    // What is not given again stays.
    let renamed = try await BrgsaProcess.run(
      ["embed", "--name", "Chest", "--tag", "site=B", files[0]] + store)
    #expect(renamed.exitCode == 0, "\(renamed.complaints)")
    #expect(
      try await volumes() == ["Chest": ["site": "B", "year": "2026"], "case.2": tags])
  }

  @Test(arguments: [
    ["--name", "a", "x.nii", "y.nii"], ["--name", "", "x.nii"], ["--name", "a\nb", "x.nii"],
    ["--name", "a", "--keep-names", "x.nii"], ["--tag", "site", "x.nii"],
    ["--tag", "a b=c", "x.nii"], ["--tag", "site=", "x.nii"],
  ])
  func aWrongNameOrTagIsRefusedFirst(_ arguments: [String]) async throws {
    let outcome = try await BrgsaProcess.run(["embed"] + arguments + store)
    #expect(outcome.exitCode == 64, "\(outcome.complaints)")
  }
}
