import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

/// The store under restarts, full disks, damage and second processes: tables M and N of the list of bad inputs.
@Suite struct ArchiveFaultTests {
  private let model = ["--model", Fixtures.tinyModel]

  @Test func whatWasAcknowledgedIsThereAfterAKill() async throws {
    let folder = try ArchiveFolder()
    var ids: Set<String> = []
    for round in 0..<4 {
      let service = try await RunningService(store: folder.store)
      #expect(try await Set(service.volumeIDs()) == ids, "round \(round)")
      for number in 0..<5 {
        let answer = try await service.keep(ArchiveVolumes.volume(round * 5 + number))
        ids.insert(try #require(try answer.json["id"]?.text))
      }
      service.process.signal(SIGKILL)
      _ = await service.process.outcome()
    }
    let check = try await BrgsaProcess.run(["db", "check", "--store", folder.store])
    #expect(check.exitCode == 0 && check.output == "ok\n")
  }

  @Test func anErasedVolumeLeavesNoByte() async throws {
    let folder = try ArchiveFolder()
    let service = try await RunningService(store: folder.store)
    let canary = "QZXcanary7731"
    let id = try #require(try await service.keep(ArchiveVolumes.volume(1)).json["id"]?.text)
    _ = try await service.send(
      "PUT", "/v1/volumes/\(id)/metadata", #"{"accession":"\#(canary)"}"#)
    _ = try await service.send(
      "POST", "/v1/diagnoses", #"{"volume_id":"\#(id)","prompts":["\#(canary) sign"]}"#)
    #expect(folder.bytes.range(of: Data(canary.utf8)) != nil)
    #expect(try await service.answer("DELETE", "/v1/volumes/\(id)").status == 204)
    #expect(folder.bytes.range(of: Data(canary.utf8)) == nil)
    #expect(folder.bytes.range(of: Data(id.utf8)) == nil)
    #expect(!service.process.logged.contains(canary))
  }

  @Test func aSecondProcessIsRefusedButMayCheckAndCopy() async throws {
    let folder = try ArchiveFolder()
    let service = try await RunningService(store: folder.store)
    _ = try await service.keep(ArchiveVolumes.volume(1))
    let store = ["--store", folder.store]
    let second = try await BrgsaProcess.run(["serve", "--port", "0"] + store + model)
    #expect(second.exitCode == 69 && second.complaints.contains("another process"))
    #expect(try await BrgsaProcess.run(["db", "vacuum"] + store).exitCode == 69)
    #expect(try await BrgsaProcess.run(["db", "check"] + store).exitCode == 0)
    let copy = "\(folder.path)/copy.sqlite"
    #expect(try await BrgsaProcess.run(["db", "backup", copy] + store).exitCode == 0)
    #expect(try await BrgsaProcess.run(["db", "backup", copy] + store).exitCode == 73)
    #expect(try await service.keep(ArchiveVolumes.volume(2)).status == 201)
    let restored = try await RunningService(store: copy)
    #expect(try await restored.volumeIDs().count == 1)
  }

  @Test func aDamagedFileIsSetAsideAndTheServiceStarts() async throws {
    let folder = try ArchiveFolder()
    try await {
      let service = try await RunningService(store: folder.store)
      for number in 0..<8 { _ = try await service.keep(ArchiveVolumes.volume(number)) }
      service.process.signal(SIGTERM)
      _ = await service.process.outcome()
    }()
    let file = try #require(FileHandle(forWritingAtPath: folder.store))
    try file.write(contentsOf: Data(repeating: 0, count: 100))
    try file.close()
    let service = try await RunningService(store: folder.store)
    let ready = try await service.answer("GET", "/readyz")
    #expect(ready.status == 200)
    #expect(try ready.json["checks"]?["store"]?.text == "recovered")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.contains { $0.hasPrefix("brgsa.sqlite.corrupt-") })
    #expect(try await service.volumeIDs().count == 8)
    #expect(try await service.keep(ArchiveVolumes.volume(99)).status == 201)
  }

  @Test func aPlaceThatCannotBeWrittenIsRefusedAtTheStart() async throws {
    for store in ["/proc/brgsa.sqlite", "/dev/null/x.sqlite", "/tmp"] {
      let outcome = try await BrgsaProcess.run(["serve", "--port", "0", "--store", store] + model)
      #expect(outcome.exitCode == 78, "\(store): \(outcome.complaints)")
      #expect(outcome.complaints.contains("store \(store)"))
    }
    let folder = try ArchiveFolder()
    try Data("this is no database, but longer than a header".utf8).write(
      to: URL(fileURLWithPath: folder.store))
    let outcome = try await BrgsaProcess.run(
      ["db", "check", "--store", folder.store])
    #expect(outcome.exitCode != 0)
  }

  @Test func aFullDiskLosesNothingAndIsForgottenWhenThereIsRoom() async throws {
    let folder = try ArchiveFolder()
    guard mount("tmpfs", folder.path, "tmpfs", 0, "size=3m") == 0 else {
      return  // Only root can mount; the store's own tests cover the rest.
    }
    defer { umount2(folder.path, Int32(MNT_DETACH)) }
    let service = try await RunningService(store: folder.store)
    let filler = "\(folder.path)/filler"
    var kept: Set<String> = []
    for number in 0..<10 {
      kept.insert(
        try #require(try await service.keep(ArchiveVolumes.volume(number)).json["id"]?.text))
    }
    let free = Self.freeBytes(folder.path)
    try Data(count: max(free - 4096, 0)).write(to: URL(fileURLWithPath: filler))
    var refused: RawAnswer?
    for number in 10..<400 where refused == nil {
      let answer = try await service.keep(ArchiveVolumes.volume(number))
      if answer.status == 201 {
        kept.insert(try #require(try answer.json["id"]?.text))
      } else {
        refused = answer
      }
    }
    #expect(refused?.status == 507 && refused?.code == "storage-full")
    // Findings are had all the same, and say that nothing was kept.
    let findings = try await service.diagnose(ArchiveVolumes.volume(500))
    #expect(findings.status == 200)
    #expect(try findings.json["cache"]?["stored"] == .bool(false))
    #expect(findings.header("Location") == nil)
    #expect(try await Set(service.volumeIDs()) == kept)
    try FileManager.default.removeItem(atPath: filler)
    #expect(try await service.keep(ArchiveVolumes.volume(501)).status == 201)
    #expect(try await service.volumeIDs().count == kept.count + 1)
  }

  @Test func theCommandLineKeepsSearchesAndMovesVolumes() async throws {
    let (one, other) = (try ArchiveFolder(), try ArchiveFolder())
    let files = try (0..<3).map { try TemporaryFile(ArchiveVolumes.volume($0)) }
    let store = ["--store", one.store] + model
    let embedded = try await BrgsaProcess.run(["embed"] + files.map(\.path) + store)
    #expect(embedded.exitCode == 0, "\(embedded)")
    #expect(embedded.output.split(separator: "\n").count { $0.contains("\tencoded\t") } == 3)
    let again = try await BrgsaProcess.run(["embed", files[0].path, "/nonexistent"] + store)
    #expect(again.exitCode == 66 && again.output.contains("\tknown\t"))
    let found = try await BrgsaProcess.run(
      ["retrieve", "--report", "-", "--json"] + store, input: "There is a pleural effusion.")
    let answer = try JSON(parsing: Array(found.output.utf8.dropLast()))
    #expect(answer["results"]?.elements.count == 3 && answer["searched"]?.number == 3)
    let nothing = try await BrgsaProcess.run(
      ["retrieve", "--text", "gas", "--where", "tags.site=A"] + store)
    #expect(nothing.exitCode == 0 && nothing.output.isEmpty, "\(nothing)")
    for condition in ["==x", "site=A", "tags.site"] {
      let arguments = ["retrieve", "--text", "gas", "--where", condition] + store
      #expect(try await BrgsaProcess.run(arguments).exitCode == 64)
    }
    let folder = "\(one.path)/export"
    let exported = try await BrgsaProcess.run(["db", "export", folder] + store)
    #expect(exported.output == "3 volumes\n")
    #expect(try await BrgsaProcess.run(["db", "export", folder] + store).exitCode == 73)
    let imported = try await BrgsaProcess.run(
      ["db", "import", folder, "--store", other.store] + model)
    #expect(imported.output == "3 volumes, 3 of them new\n")
    let repeated = try await BrgsaProcess.run(
      ["retrieve", "--report", "-", "--json", "--store", other.store] + model,
      input: "There is a pleural effusion.")
    #expect(repeated.output == found.output)
    let foreign = try await BrgsaProcess.run(
      [
        "db", "import", folder, "--store", other.store, "--model",
        "\(Fixtures.checkout)/Models/phantom",
      ])
    #expect(foreign.exitCode == 65 && foreign.complaints.contains("another model"))
  }

  @Test func summariesNeedNoServer() async throws {
    let outcome = try await BrgsaProcess.run(
      ["summarize"] + model,
      input: "FINDINGS: 1. Small left pleural effusion measuring 1.5 cm. 2. No pneumothorax.")
    #expect(outcome.exitCode == 0)
    #expect(outcome.output.contains("effusion") && !outcome.output.contains("pneumothorax"))
    let normal = try await BrgsaProcess.run(["summarize"] + model, input: "Normal chest.")
    #expect(normal.output.hasPrefix("There is no"))
    #expect(try await BrgsaProcess.run(["summarize", "/nonexistent"] + model).exitCode == 66)
  }

  private static func freeBytes(_ path: String) -> Int {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return 0 }
    return Int(status.f_bavail) * Int(status.f_bsize)
  }
}
