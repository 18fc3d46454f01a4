import Foundation
import StrictJSON
import TestSupport
import Testing

/// A store that version 0.1.0 left, opened by this program. `make_store.py` says how it was made.
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
