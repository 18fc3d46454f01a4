import Foundation
import StrictJSON
import TestSupport
import Testing

/// Volumes as NIfTI files, through the real server: made from an upload, stored as sent, and on the model's grid.
@Suite(.timeLimit(.minutes(30))) struct FileRouteTests {
  private static let series: [[UInt8]] = DICOMFile.series().map { slice in
    var slice = slice
    slice.texts[0x0008_0030] = "091827"
    slice.texts[0x0008_0032] = "091829"
    slice.texts[0x0008_0080] = "CANARY CLINIC"
    slice.texts[0x0008_1030] = "CANARY STUDY"
    slice.texts[0x0008_103e] = "CANARY SERIES"
    slice.texts[0x0018_1030] = "CANARY PROTOCOL"
    slice.texts[0x0020_4000] = "CANARY COMMENT"
    return slice.bytes()
  }
  private static let packed = ZipFile(series.enumerated().map { ("IMAGES/\($0)", $1) }).bytes()
  private static let plain = VolumesPhantom.small.stored(as: "LPS").file().bytes()
  private static let zipped = NIfTIGzip().member(plain)

  private static func form(_ files: [[UInt8]]) -> [(name: String, type: String, body: [UInt8])] {
    files.map { ("dicom", "application/dicom", $0) }
  }

  /// Makes a NIfTI file of an upload.
  private func nifti(
    _ body: [UInt8], _ type: String, of service: RunningService
  ) async throws -> RawAnswer {
    try await service.answer("POST", "/v1/nifti", type: type, body: body)
  }

  @Test func theFileOfASeriesHasItsVoxelsAndNoTextOfIt() async throws {
    let service = try await RunningService(["--persist", "none"])
    let made = try await nifti(Self.packed, "application/zip", of: service)
    #expect(made.status == 200, "\(made.text)")
    #expect(made.header("Content-Type") == "application/x-nifti")
    #expect(made.header("Content-Disposition") == "attachment; filename=\"volume.nii\"")
    // The header has numbers only: where texts and times are in nifti1.h, there are zeros.
    #expect(made.body.count > 352 && made.body[344..<347].elementsEqual("n+1".utf8))
    for range in [4..<39, 124..<252, 328..<344, 348..<352] {
      #expect(made.body[range].allSatisfy { $0 == 0 }, "\(range)")
    }
    let text = String(decoding: made.body.prefix(352), as: UTF8.self)
    #expect(!text.contains("CANARY") && !text.contains("0918"))
    // The same upload has the same file, also as a form.
    #expect(try await nifti(Self.packed, "application/zip", of: service).body == made.body)
    let formed = try await service.diagnoseForm(Self.form(Self.series), to: "/v1/nifti")
    #expect(formed.status == 200 && formed.body == made.body)
    // And it is the volume that the model sees.
    let query = "prompt=pleural+effusion&include_embedding=true"
    let ofSeries = try await service.answer(
      "POST", "/v1/diagnoses?\(query)", type: "application/zip", body: Self.packed)
    let ofFile = try await service.diagnose(made.body, query: query)
    #expect(try ofSeries.json["embedding"] == ofFile.json["embedding"])
    #expect(try ofSeries.json["findings"] == ofFile.json["findings"])
    #expect(service.spooled.isEmpty)
  }

  @Test func aNIfTIFileComesBackAsItIs() async throws {
    let service = try await RunningService(["--persist", "full"])
    for (body, type) in [
      (Self.plain, "application/x-nifti"), (Self.zipped, "application/gzip"),
    ] {
      let made = try await nifti(body, "application/octet-stream", of: service)
      #expect(made.status == 200 && made.body == body && made.header("Content-Type") == type)
    }
    #expect(try await service.volumeIDs().isEmpty, "nothing is stored")
    let head = try await service.answer("HEAD", "/v1/nifti")
    #expect(head.status == 405)
    #expect(service.spooled.isEmpty)
  }

  @Test func whatCannotBeAVolumeIsRefusedAsForADiagnosis() async throws {
    let service = try await RunningService(["--max-body", "200000"])
    for (body, type) in [
      ([1, 2, 3], "application/octet-stream"), (Array(Self.packed.prefix(500)), "application/zip"),
      (ZipFile([("a", Self.series[0])]).bytes(), "application/zip"),
    ] {
      let made = try await nifti(body, type, of: service)
      let diagnosis = try await service.answer(
        "POST", "/v1/diagnoses?prompt=gas", type: type, body: body)
      #expect(made.status == diagnosis.status && made.code == diagnosis.code)
      #expect((400..<500).contains(made.status), "\(made.text)")
    }
    #expect(
      try await service.answer(
        "POST", "/v1/nifti?prompt=x", type: "application/zip", body: Self.packed
      ).code == "unknown-field")
    let request = ("request", "application/json", Array("{}".utf8))
    let formed = try await service.diagnoseForm(
      Self.form(Self.series) + [request], to: "/v1/nifti")
    #expect(formed.code == "unknown-field")
    let large = [UInt8](repeating: 0, count: 200_001)
    #expect(try await nifti(large, "application/zip", of: service).code == "body-too-large")
    #expect(service.spooled.isEmpty)
  }

  @Test func aFileIsStoredAsItWasSent() async throws {
    let service = try await RunningService(["--persist", "source"])
    #expect(try await service.answer("GET", "/v1/info").json["persist"]?.text == "source")
    for (body, type, suffix) in [
      (Self.plain, "application/x-nifti", "nii"), (Self.zipped, "application/gzip", "nii.gz"),
    ] {
      let diagnosis = try await service.diagnose(body)
      let id = try #require(try diagnosis.json["volume"]?["id"]?.text)
      let volume = try await service.answer("GET", "/v1/volumes/\(id)").json
      #expect(volume["source"] == ["bytes": .integer(body.count)])
      #expect(volume["slices"] != .null)
      let target = "/v1/volumes/\(id)/source"
      let source = try await service.answer("GET", target)
      #expect(source.status == 200 && source.body == body)
      #expect(source.header("Content-Type") == type)
      #expect(source.header("Content-Length") == "\(body.count)")
      #expect(
        source.header("Content-Disposition") == "attachment; filename=\"\(id).\(suffix)\"")
      let tag = try #require(source.header("ETag"))
      for value in [tag, "*", "\"x\", \(tag)"] {
        let same = try await service.answer("GET", target, headers: ["If-None-Match: \(value)"])
        #expect(same.status == 304 && same.body.isEmpty && same.header("ETag") == tag)
      }
      let other = try await service.answer("GET", target, headers: ["If-None-Match: \"x\""])
      #expect(other.status == 200 && other.body == body)
      let head = try await service.answer("HEAD", target)
      #expect(head.status == 200 && head.header("Content-Length") == "\(body.count)")
      #expect(try await service.answer("GET", "\(target)?x=1").status == 422)
      #expect(try await service.answer("DELETE", "/v1/volumes/\(id)").status == 204)
      #expect(try await service.answer("GET", target).status == 404)
    }
    #expect(service.spooled.isEmpty)
  }

  @Test func ofASeriesTheMadeFileIsStored() async throws {
    let service = try await RunningService(["--persist", "source"])
    let made = try await nifti(Self.packed, "application/zip", of: service)
    let stored = try await service.answer(
      "POST", "/v1/volumes", type: "application/zip", body: Self.packed)
    let place = try #require(stored.header("Location"))
    let source = try await service.answer("GET", "\(place)/source")
    #expect(source.status == 200 && source.header("Content-Type") == "application/gzip")
    #expect(source.body.count < made.body.count)
    let folder = try ArchiveFolder()
    let path = "\(folder.path)/a.nii.gz"
    try Data(source.body).write(to: URL(fileURLWithPath: path))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/gzip")
    process.arguments = ["-d", path]
    try process.run()
    process.waitUntilExit()
    let inflated = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/a.nii"))
    #expect(Array(inflated) == made.body)
  }

  @Test func otherServicesStoreNoFilesAndAFileIsStoredWhenItComesAgain() async throws {
    let folder = try ArchiveFolder()
    func service(_ level: String) async throws -> RunningService {
      try await RunningService(["--persist", level], store: folder.store)
    }
    var running: RunningService? = try await service("full")
    let first = try #require(try await running?.diagnose(Self.zipped))
    let id = try #require(try first.json["volume"]?["id"]?.text)
    #expect(try await running?.answer("GET", "/v1/volumes/\(id)").json["source"] == .null)
    let missing = try await running?.answer("GET", "/v1/volumes/\(id)/source")
    #expect(missing?.code == "not-found" && missing?.text.contains("--persist source") == true)
    let unknown = "/v1/volumes/sha256-\(String(repeating: "0", count: 64))/source"
    #expect(try await running?.answer("GET", unknown).code == "not-found")
    running?.process.signal(SIGTERM)
    _ = await running?.process.outcome()
    running = try await service("source")
    // A request may keep the service from storing anything of it.
    let form: [(name: String, type: String, body: [UInt8])] = [
      (
        "request", "application/json",
        Array(#"{"prompts":["gas"],"options":{"persist":false}}"#.utf8)
      ),
      ("volume", "application/octet-stream", Self.zipped),
    ]
    _ = try await running?.diagnoseForm(form)
    #expect(try await running?.answer("GET", "/v1/volumes/\(id)/source").status == 404)
    let again = try await running?.diagnose(Self.zipped)
    #expect(try again?.json["cache"]?["volume"]?.text == "hit")
    #expect(try await running?.answer("GET", "/v1/volumes/\(id)/source").body == Self.zipped)
    // A job stores the file, too, and an inference request stores its binary input.
    let job = try await running?.answer(
      "POST", "/v1/diagnoses?prompt=gas", type: "application/octet-stream", body: Self.plain,
      headers: ["Prefer: respond-async, wait=60"])
    let other = try #require(try job?.json["volume"]?["id"]?.text)
    #expect(try await running?.answer("GET", "/v1/volumes/\(other)/source").body == Self.plain)
    running?.process.signal(SIGTERM)
    _ = await running?.process.outcome()
    // What was stored stays available, whatever the level is now.
    running = try await service("embeddings")
    #expect(try await running?.answer("GET", "/v1/volumes/\(id)/source").body == Self.zipped)
  }

  @Test func theGridIsAVolumeInThePlaceOfTheFile() async throws {
    let service = try await RunningService(["--persist", "full"])
    let diagnosis = try await service.diagnose(Self.plain)
    let id = try #require(try diagnosis.json["volume"]?["id"]?.text)
    let target = "/v1/volumes/\(id)/grid.nii.gz"
    let grid = try await service.answer("GET", target)
    #expect(grid.status == 200 && grid.header("Content-Type") == "application/gzip")
    #expect(try await service.answer("GET", target).body == grid.body)
    // Our own reader takes it, and the model sees the same in it as in the file: their scores are close.
    let ofGrid = try await service.diagnose(grid.body, query: "prompt=pleural+effusion")
    #expect(ofGrid.status == 200, "\(ofGrid.text)")
    let shape = try ofGrid.json["volume"]?["shape"]?.elements.compactMap(\.number)
    let slices = try await service.answer("GET", "/v1/volumes/\(id)").json["slices"]
    #expect(
      shape
        == [
          slices?["axial"]?["width"]?.number, slices?["axial"]?["height"]?.number,
          slices?["axial"]?["count"]?.number,
        ].compactMap(\.self))
    #expect(try ofGrid.json["volume"]?["orientation"]?.text == "LPS")
    #expect(try await service.answer("GET", "\(target)?x=1").status == 422)
    let none = try await RunningService()
    let bare = try await none.diagnose(Self.plain)
    #expect(bare.status == 200)
    let refused = try await none.answer("GET", target)
    #expect(refused.code == "not-found" && refused.text.contains("--persist full"))
  }
}
