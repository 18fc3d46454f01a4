import Foundation
import StrictJSON
import TestSupport
import Testing

/// Stores that earlier versions left, opened by this program. `make_store.py` says how they were made.
@Suite struct EarlierStoreTests {
  @Test func aDiagnosisOfVersion010IsShownInAllForms() async throws {
    let folder = try ArchiveFolder()
    try FixtureFile.write(Self.unpacked("store-0.1.0.sqlite.gz"), to: folder.store)
    let response = try Fixtures.bytes("store-0.1.0.json")
    let id = try #require(JSON(parsing: response)["id"]?.text)
    let place = "/v1/diagnoses/\(id)"
    let service = try await RunningService(store: folder.store)

    let json = try await service.answer("GET", place)
    #expect(json.status == 200 && json.body == response)

    let csv = try await service.answer("GET", place, headers: ["Accept: text/csv"])
    #expect(csv.status == 200)
    #expect(csv.text.contains("2,pleural effusion,0.15680058,0.13885562,0.17474554,,,-0.5,yes,,"))
    #expect(csv.text.contains("\"<b>, \"\"nodule\"\"\""))

    let page = try await service.answer("GET", place, headers: ["Accept: text/html"])
    #expect(page.status == 200 && page.text.contains("<td>emphysema</td><td>0.1655901</td>"))
    #expect(page.text.contains("<strong>orientation-assumed</strong>"))

    let report = try await service.answer(
      "GET", place, headers: ["Accept: application/dicom+json"])
    #expect(report.status == 200)
    for text in ["pleural effusion", "0.15680058", "Emphysematous lungs", "calibration=ward", id] {
      #expect(report.text.contains(text), "\(text)")
    }

    // Version 0.1.0 stored no voxels, so there is nothing to map.
    let map = try await service.answer("GET", "\(place)/heatmaps/0.nii.gz")
    #expect(map.status == 409 || map.status == 404)

    // The volume is known, and a new diagnosis of it is stored next to the old one.
    let volume = try #require(JSON(parsing: response)["volume"]?["id"]?.text)
    let again = try await service.send(
      "POST", "/v1/diagnoses", #"{"volume_id":"\#(volume)","prompts":["pleural effusion"]}"#)
    let newPlace = try #require(again.header("Location"))
    #expect(try again.json["findings"]?.elements.first?["score"]?.number == 0.15680058)
    #expect(try await service.answer("GET", newPlace).body == again.body)
  }

  @Test func aStoreWithVoxelsAndWithoutPatchEmbeddingsGetsThemWithItsFirstMap() async throws {
    let folder = try ArchiveFolder()
    try FixtureFile.write(Self.unpacked("store-voxels.sqlite.gz"), to: folder.store)
    let response = try Fixtures.bytes("store-voxels.json")
    let id = try #require(JSON(parsing: response)["id"]?.text)
    let place = "/v1/diagnoses/\(id)"
    let volume = try #require(JSON(parsing: response)["volume"]?["id"]?.text)
    let options = ["--persist", "full"]
    let first = try await RunningService(options, store: folder.store)
    #expect(try await first.answer("GET", place).body == response)
    #expect(try await first.answer("GET", "/v1/volumes/\(volume)/slices/axial/9.png").status == 200)
    let map = try await first.answer("GET", "\(place)/heatmaps/1.nii.gz")
    #expect(map.status == 200 && map.body.starts(with: [0x1f, 0x8b]))
    await Self.end(first)

    let second = try await RunningService(options, store: folder.store)
    #expect(try await second.answer("GET", "\(place)/heatmaps/1.nii.gz").body == map.body)
    await Self.end(second)

    let export = "\(folder.path)/export"
    let arguments = ["--store", folder.store, "--model", Fixtures.tinyModel]
    let outcome = try await BrgsaProcess.run(["db", "export", export] + arguments)
    #expect(outcome.exitCode == 0, "\(outcome)")
    #expect(FileManager.default.fileExists(atPath: "\(export)/patches.safetensors"))
    // Without voxels, which are not exported, another machine makes the same map of the same text.
    let other = try ArchiveFolder()
    let imported = try await BrgsaProcess.run(
      ["db", "import", export, "--store", other.store, "--model", Fixtures.tinyModel])
    #expect(imported.exitCode == 0, "\(imported)")
    let third = try await RunningService(options, store: other.store)
    let text =
      #"{"volume_id":"\#(volume)","prompts":[{"label":"x","text":"There is a lung nodule"}]}"#
    let diagnosis = try await third.send("POST", "/v1/diagnoses", text)
    let newPlace = try #require(diagnosis.header("Location"))
    #expect(try await third.answer("GET", "\(newPlace)/heatmaps/0.nii.gz").body == map.body)
    #expect(try await third.answer("GET", "/v1/volumes/\(volume)/slices/axial/9.png").status == 404)
  }

  private static func end(_ service: RunningService) async {
    service.process.signal(SIGTERM)
    #expect(await service.process.outcome().exitCode == 0)
  }

  /// The bytes of a gzip file of the fixtures.
  private static func unpacked(_ name: String) throws -> [UInt8] {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/gzip")
    process.arguments = ["-dc", "\(Fixtures.directory)/\(name)"]
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Array(data)
  }
}
