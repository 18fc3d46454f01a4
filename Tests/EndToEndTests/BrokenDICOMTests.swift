import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

/// DICOM heads and pixels that lie, through every way that reads them; the service goes on.
@Suite(.timeLimit(.minutes(30))) struct BrokenDICOMTests {
  private struct Broken {
    let code: String
    let status: Int
    let files: [[UInt8]]

    init(_ code: String, _ status: Int, _ change: (inout DICOMFile) -> Void) {
      self.code = code
      self.status = status
      files = DICOMFile.series().map { file in
        var file = file
        change(&file)
        return file.bytes()
      }
    }

    var zip: [UInt8] { ZipFile(files.enumerated().map { ("\($0)", $1) }).bytes() }
    var form: [(name: String, type: String, body: [UInt8])] {
      files.map { ("dicom", "application/dicom", $0) }
    }
  }

  private static let broken = [
    Broken("series-inconsistent", 422) {
      $0.texts[0x0020_0037] = "1e200\\1e200\\0\\1e200\\1e200\\0"
    },
    Broken("series-inconsistent", 422) { $0.texts[0x0020_0032] = "1e308\\-1e308\\1e308" },
    Broken("spacing-out-of-range", 422) { $0.texts[0x0028_0030] = "1,3\\1,3" },
    Broken("header-inconsistent", 422) { $0.numbers[0x0028_0010] = 10 },
    Broken("header-inconsistent", 422) { $0.numbers[0x0028_0100] = 12 },
    Broken("header-inconsistent", 422) { $0.texts[0x0028_1053] = "nan" },
    Broken("truncated-volume", 400) { $0.pixels.removeLast(100) },
    Broken("volume-too-large", 413) { $0.numbers[0x0028_0011] = 60_000 },
  ]

  private static let request: (name: String, type: String, body: [UInt8]) = (
    "request", "application/json", Array(#"{"prompts":["a b"]}"#.utf8)
  )

  @Test func everyRouteRefusesThemAndGoesOn() async throws {
    let service = try await RunningService()
    for broken in Self.broken {
      let zipped = try await service.answer(
        "POST", "/v1/diagnoses?prompt=a+b", type: "application/zip", body: broken.zip)
      let formed = try await service.diagnoseForm(broken.form + [Self.request])
      let stored = try await service.answer(
        "POST", "/v1/volumes", type: "application/zip", body: broken.zip)
      let body = InferenceBody([.file("volume", broken.zip), .texts("prompts", ["a b"])])
      let inferred = try await service.answer(
        "POST", "/v2/models/brgsa/infer", type: "application/octet-stream", body: body.bytes,
        headers: body.headers)
      for (name, answer) in [
        ("ZIP", zipped), ("form", formed), ("volume", stored), ("v2", inferred),
      ] {
        #expect(answer.code == broken.code, "\(name): \(answer.text)")
        #expect(answer.status == broken.status, "\(name): \(answer.text)")
        #expect(!answer.text.contains("CANARY"))
      }
      #expect(service.spooled.isEmpty)
    }
    #expect(try await service.answer("GET", "/readyz").status == 200)
    #expect(!service.process.logged.contains("CANARY"))
  }

  @Test func twoPatientsAndUnreadableHeadsAreCounted() async throws {
    let service = try await RunningService()
    var files = DICOMFile.series()
    for index in 4..<8 { files[index].texts[0x0010_0020] = "CANARY-OTHER" }
    let patients = try await service.diagnoseForm(
      files.map { ("dicom", "", $0.bytes()) } + [Self.request])
    #expect(patients.code == "mixed-series" && patients.status == 422, "\(patients.text)")
    #expect(patients.text.contains("2 patients") && !patients.text.contains("CANARY"))
    var cut = DICOMFile.series().map { $0.bytes() }
    for index in 10..<16 { cut[index] = Array(cut[index].prefix(500)) }
    let unread = try await service.diagnoseForm(cut.map { ("dicom", "", $0) } + [Self.request])
    #expect(unread.code == "series-inconsistent" && unread.text.contains("6 DICOM files"))
  }

  @Test func theCommandLineRefusesThemAndTellsOfVolumesBeside() async throws {
    let arguments = ["-p", "a b", "--model", Fixtures.tinyModel, "--csv"]
    for broken in Self.broken.prefix(4) {
      let folder = try ArchiveFolder()
      for (index, file) in broken.files.enumerated() {
        try Data(file).write(to: URL(fileURLWithPath: "\(folder.path)/\(index).dcm"))
      }
      let outcome = try await BrgsaProcess(["diagnose", folder.path] + arguments).outcome()
      #expect(outcome.exitCode == 65, "\(outcome.complaints)")
    }
    let folder = try ArchiveFolder()
    for (index, file) in DICOMFile.series().enumerated() {
      try Data(file.bytes()).write(to: URL(fileURLWithPath: "\(folder.path)/\(index).dcm"))
    }
    let volume = VolumesPhantom.small.stored(as: "LPS").file().bytes()
    try Data(volume).write(to: URL(fileURLWithPath: "\(folder.path)/a.nii"))
    let mixed = try await BrgsaProcess(["diagnose", folder.path] + arguments).outcome()
    #expect(
      mixed.exitCode == 0 && mixed.complaints.contains("1 NIfTI files"), "\(mixed.complaints)")
  }
}
