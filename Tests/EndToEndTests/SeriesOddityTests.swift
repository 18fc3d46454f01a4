import Foundation
import StrictJSON
import TestSupport
import Testing

/// Series as scanners, archives and anonymizers really make them, through the service and the command line.
@Suite(.timeLimit(.minutes(30))) struct SeriesOddityTests {
  private static let series = DICOMFile.series()

  private static func zip(_ files: [[UInt8]]) -> [UInt8] {
    ZipFile(files.enumerated().map { ("\($0)", $1) }).bytes()
  }

  private static func changed(_ change: (inout DICOMFile, Int) -> Void) -> [[UInt8]] {
    series.enumerated().map { index, file in
      var file = file
      change(&file, index)
      return file.bytes()
    }
  }

  @Test func refusalsNameTheCauseAndWhatHelps() async throws {
    let service = try await RunningService()
    let cases: [(status: Int, code: String, words: [String], files: [[UInt8]])] = [
      (
        415, "container-unsupported", ["16 nuclear medicine"],
        Self.changed { file, _ in
          file.texts[0x0008_0016] = "1.2.840.10008.5.1.4.1.1.20"
          file.texts[0x0008_0060] = "NM"
        }
      ),
      (
        415, "transfer-syntax-unsupported", ["JPEG-LS", "dcmdjpls"],
        Self.changed { file, _ in
          file.transferSyntax = "1.2.840.10008.1.2.4.80"
          file.fragments = [[0xff, 0xd8, 0xff, 0xf7, 0, 2]]
        }
      ),
      (
        415, "transfer-syntax-unsupported", ["restart markers", "dcmdjpeg"],
        Self.changed { file, _ in
          file.transferSyntax = "1.2.840.10008.1.2.4.70"
          var frame = file.losslessJPEG(rows: 20, columns: 24)
          frame.insert(contentsOf: [0xff, 0xdd, 0, 4, 0, 24], at: 2)
          file.fragments = [frame]
        }
      ),
      (
        422, "too-few-slices", ["16 different SeriesInstanceUIDs", "dcmodify"],
        Self.changed { file, index in file.texts[0x0020_000e] = "1.2.\(index)" }
      ),
      (
        422, "series-inconsistent", ["tilted by 3.0 degrees"],
        Self.changed { file, index in
          file.texts[0x0020_0032] = "\(Double(index) * 1.0482)\\0\\\(20 * index)"
        }
      ),
      (
        422, "series-inconsistent", ["ImagePositionPatient of 16 images", "comma"],
        Self.changed { file, index in file.texts[0x0020_0032] = "0,5\\0,5\\\(20 * index),0" }
      ),
      (
        422, "spacing-out-of-range", ["PixelSpacing", "comma"],
        Self.changed { file, _ in file.texts[0x0028_0030] = "1,953125\\1,953125" }
      ),
      (
        422, "header-inconsistent", ["RescaleIntercept is missing"],
        Self.changed { file, index in
          file.texts[0x0028_1052] = index.isMultiple(of: 2) ? nil : "-24"
        }
      ),
      (
        422, "not-hounsfield", ["RescaleType"],
        Self.changed { file, _ in file.texts[0x0028_1054] = "MGML" }
      ),
      (
        422, "series-inconsistent", ["most are 20.0 mm apart, there up to 40.0 mm"],
        [
          DICOMFile.enhanced(Self.series.enumerated().filter { $0.offset != 6 }.map(\.element))
            .bytes()
        ]
      ),
    ]
    for (status, code, words, files) in cases {
      let answer = try await service.answer(
        "POST", "/v1/diagnoses?prompt=a+b", type: "application/zip", body: Self.zip(files))
      #expect(answer.status == status && answer.code == code, "\(answer.text)")
      for word in words { #expect(answer.text.contains(word), "\(answer.text)") }
      #expect(!answer.text.contains("CANARY") && !answer.text.contains("dcm2niix"))
      #expect(try await service.answer("GET", "/problems/\(code)").status == 200)
    }
    #expect(service.spooled.isEmpty)
  }

  @Test func theSeriesThatWereSkippedAreNamed() async throws {
    let service = try await RunningService()
    var short = DICOMFile.series(series: 2)
    for index in short.indices {
      short[index].texts[0x0020_0032] = "0\\0\\\(4 * index)"
      short[index].texts[0x0018_0015] = "CHEST"
    }
    let files = short.map { $0.bytes() } + [DICOMFile.enhanced(Self.series).bytes()]
    let kept = try await service.answer(
      "POST", "/v1/volumes", type: "application/zip", body: Self.zip(files))
    #expect(kept.status == 201, "\(kept.text)")
    let words =
      "Used: 16 positions over 300 mm, 20.0 mm apart. Skipped: 16 positions over 60 mm, 4.0 mm apart (covers less of the body)."
    #expect(kept.text.contains(words), "\(kept.text)")
    // As it is stored, too.
    let stored = try await service.answer("GET", try #require(kept.header("Location")))
    #expect(stored.text.contains(words), "\(stored.text)")
  }

  @Test func filesWithoutAPreambleAreReadByEveryRoute() async throws {
    let service = try await RunningService()
    let query = "prompt=pleural+effusion&include_embedding=true"
    let wanted = try await service.answer(
      "POST", "/v1/diagnoses?\(query)", type: "application/zip",
      body: Self.zip(Self.series.map { $0.bytes() }))
    let bare = Self.series.map { $0.bytes(.nothing, .implicitLittle) }
    let zipped = try await service.answer(
      "POST", "/v1/diagnoses?\(query)", type: "application/zip", body: Self.zip(bare))
    #expect(zipped.status == 200, "\(zipped.text)")
    #expect(try zipped.json["embedding"] == wanted.json["embedding"])
    let request: (name: String, type: String, body: [UInt8]) = (
      "request", "application/json",
      Array(#"{"prompts":["pleural effusion"],"options":{"include_embedding":true}}"#.utf8)
    )
    let formed = try await service.diagnoseForm(
      bare.map { ("dicom", "application/dicom", $0) } + [request])
    #expect(try formed.json["embedding"] == wanted.json["embedding"], "\(formed.text)")
    // One file with all frames, alone.
    let frames = Array(DICOMFile.enhanced(Self.series).bytes().dropFirst(132))
    let alone = try await service.answer(
      "POST", "/v1/diagnoses?\(query)", type: "application/octet-stream", body: frames)
    #expect(try alone.json["embedding"] == wanted.json["embedding"], "\(alone.text)")
  }

  @Test func theCommandLineLosesNoFileWithoutAPreamble() async throws {
    let arguments = ["-p", "pleural effusion", "--model", Fixtures.tinyModel, "--csv"]
    func score(_ files: [[UInt8]]) async throws -> (code: Int32, rows: [String], complaints: String)
    {
      let folder = try ArchiveFolder()
      for (index, file) in files.enumerated() {
        try Data(file).write(to: URL(fileURLWithPath: "\(folder.path)/\(index)"))
      }
      let outcome = try await BrgsaProcess(["diagnose", folder.path] + arguments).outcome()
      let rows = outcome.output.split(separator: "\n").map {
        $0.split(separator: ",").dropFirst().joined(separator: ",")
      }
      return (outcome.exitCode, rows, outcome.complaints)
    }
    let whole = try await score(Self.series.map { $0.bytes() })
    #expect(whole.code == 0, "\(whole.complaints)")
    for front in [DICOMFile.Front.nothing, .header, .preamble] {
      var files = Self.series.map { $0.bytes() }
      // The last slice of all would be missed by nobody.
      files[15] = Self.series[15].bytes(front, .implicitLittle)
      let mixed = try await score(files)
      #expect(mixed.code == 0 && mixed.rows == whole.rows, "\(mixed.complaints)")
    }
  }
}
