import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

/// DICOM series through the real server and the real command line.
@Suite(.timeLimit(.minutes(30))) struct DICOMServiceTests {
  private static let series = DICOMFile.series().map { $0.bytes() }
  private static let packed = ZipFile(series.enumerated().map { ("IMAGES/\($0)", $1) }).bytes()
  /// The same voxels; DICOM's axes are left and back, too.
  private static let nifti = VolumesPhantom.small.stored(as: "LPS").file().bytes()

  private static func form(_ files: [[UInt8]]) -> [(name: String, type: String, body: [UInt8])] {
    files.map { ("dicom", "application/dicom", $0) }
  }

  private static func embedding(_ answer: RawAnswer) throws -> [Double] {
    try answer.json["embedding"]?.elements.compactMap(\.number) ?? []
  }

  private static func cosine(_ a: [Double], _ b: [Double]) -> Double {
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
  }

  @Test func aSeriesHasTheEmbeddingOfItsNIfTI() async throws {
    let service = try await RunningService()
    let query = "prompt=pleural+effusion&include_embedding=true"
    let wanted = try Self.embedding(try await service.diagnose(Self.nifti, query: query))
    #expect(wanted.count > 1)
    let zipped = try await service.answer(
      "POST", "/v1/diagnoses?\(query)", type: "application/zip", body: Self.packed)
    #expect(zipped.status == 200, "\(zipped.text)")
    #expect(try zipped.json["volume"]?["format"]?.text == "dicom")
    #expect(Self.cosine(try Self.embedding(zipped), wanted) >= 0.9999)
    let options = Array(
      #"{"prompts":["pleural effusion"],"options":{"include_embedding":true}}"#.utf8)
    let formed = try await service.diagnoseForm(
      Self.form(Self.series) + [("request", "application/json", options)])
    #expect(formed.status == 200, "\(formed.text)")
    // The same voxels are encoded once.
    #expect(try formed.json["cache"]?["volume"]?.text == "hit")
    #expect(try Self.embedding(formed) == Self.embedding(zipped))
    #expect(service.spooled.isEmpty)
    let info = try await service.answer("GET", "/v1/info").json
    #expect(info["features"]?.elements.contains { $0.text == "dicom" } ?? false)
  }

  @Test func everyVolumeRouteTakesDICOM() async throws {
    let service = try await RunningService()
    let kept = try await service.answer(
      "POST", "/v1/volumes", type: "application/zip", body: Self.packed)
    #expect(kept.status == 201, "\(kept.text)")
    let again = try await service.answer(
      "POST", "/v1/volumes", type: "application/zip", body: Self.packed)
    #expect(again.status == 200)
    let place = try #require(kept.header("Location"))
    #expect(try await service.answer("GET", place).json["format"]?.text == "dicom")
    let diagnosis = try await service.answer(
      "POST", "/v1/diagnoses?prompt=pleural+effusion", type: "application/zip", body: Self.packed,
      headers: ["Prefer: respond-async, wait=60"])
    #expect(diagnosis.status == 200, "\(diagnosis.text)")
  }

  @Test func aFormOfFilesIsAJobThatSurvivesAKill() async throws {
    let folder = try ArchiveFolder()
    let spool = "\(folder.path)/spool"
    var service: RunningService? = try await RunningService(store: folder.store, spool: spool)
    // The lane is busy, so that the job waits.
    _ = try await service?.answer(
      "POST", "/v1/diagnoses?prompt=a+b", type: "application/gzip", body: JobServiceTests.blocker,
      headers: ["Prefer: respond-async"])
    let accepted = try #require(
      try await service?.diagnoseForm(
        Self.form(Self.series)
          + [("request", "application/json", Array(#"{"prompts":["pleural effusion"]}"#.utf8))],
        headers: ["Prefer: respond-async"]))
    #expect(accepted.status == 202, "\(accepted.text)")
    let place = try #require(accepted.header("Location"))
    service?.process.signal(SIGKILL)
    _ = await service?.process.outcome()
    service = nil
    let next = try await RunningService(store: folder.store, spool: spool)
    let ended = try await next.ended(place)
    #expect(ended["status"]?.text == "succeeded", "\(ended)")
    // The process that was killed knew the files by the same name.
    let diagnosis = try await next.answer("GET", try #require(ended["result"]?.text))
    #expect(try diagnosis.json["volume"]?["id"]?.text == Self.id(ofForm: Self.series))
  }

  /// The id that a form of these files has.
  private static func id(ofForm files: [[UInt8]]) -> String {
    let lines =
      ["brgsa-series/1"] + files.map { "\($0.count)" }
      + [ModelDigest.sha256(files.flatMap(\.self))]
    return "sha256-" + ModelDigest.sha256(Array(lines.map { "\($0)\n" }.joined().utf8))
  }

  /// The same bytes, divided otherwise: files behind others' ends, cut in two, and besides them empty ones.
  private static let divisions: [[[UInt8]]] = [
    Array(series.prefix(9)) + [series.dropFirst(9).flatMap(\.self)],
    [Array(series[0].prefix(200)), Array(series[0].dropFirst(200))] + series.dropFirst(),
    [[]] + series, series + [[]], [series[0] + series[1]] + series.dropFirst(2),
  ]

  @Test("Forms of the same bytes", arguments: ["/v1/diagnoses", "/v1/volumes", "jobs"])
  func divisionsOfTheSameBytesAreOtherVolumes(route: String) async throws {
    let service = try await RunningService()
    let request: [(name: String, type: String, body: [UInt8])] =
      route == "/v1/volumes"
      ? [] : [("request", "application/json", Array(#"{"prompts":["pleural effusion"]}"#.utf8))]
    func volume(_ files: [[UInt8]]) async throws -> (answer: RawAnswer, volume: JSONObject?) {
      let answer = try await service.diagnoseForm(
        Self.form(files) + request, to: route == "jobs" ? "/v1/diagnoses" : route,
        headers: route == "jobs" ? ["Prefer: respond-async, wait=60"] : [])
      guard answer.status < 300 else { return (answer, nil) }
      if route == "/v1/volumes" { return (answer, try answer.json) }
      guard case .object(let volume)? = try answer.json["volume"] else { return (answer, nil) }
      return (answer, volume)
    }
    for files in Self.divisions {
      // Some are refused; those that are not are volumes of their own.
      let (_, other) = try await volume(files)
      if let other { #expect(other["id"]?.text == Self.id(ofForm: files)) }
    }
    let (answer, honest) = try await volume(Self.series)
    #expect(honest?["id"]?.text == Self.id(ofForm: Self.series), "\(answer.text)")
    #expect(honest?["shape"]?.elements.compactMap(\.number) == [24, 20, 16])
    // Known again, with the same id, whatever came before.
    let (again, known) = try await volume(Self.series)
    #expect(known?["id"] == honest?["id"])
    if route == "/v1/volumes" { #expect(answer.status == 201 && again.status == 200) }
  }

  @Test func anIdempotencyKeyStandsForOneDivision() async throws {
    let service = try await RunningService()
    let request: [(name: String, type: String, body: [UInt8])] = [
      ("request", "application/json", Array(#"{"prompts":["pleural effusion"]}"#.utf8))
    ]
    func post(_ files: [[UInt8]]) async throws -> RawAnswer {
      try await service.diagnoseForm(
        Self.form(files) + request,
        headers: ["Prefer: respond-async", "Idempotency-Key: series-1"])
    }
    let first = try await post(Self.series)
    #expect(first.status == 202, "\(first.text)")
    for files in Self.divisions {
      let other = try await post(files)
      #expect(other.code == "idempotency-mismatch", "\(other.text)")
    }
    #expect(try await post(Self.series).header("Location") == first.header("Location"))
    _ = try await service.ended(try #require(first.header("Location")))
  }

  @Test func badZIPsGetTheirCodesAndLeaveNothing() async throws {
    let service = try await RunningService(["--persist", "none"])
    var cases: [(code: String, status: Int, bytes: [UInt8])] = []
    func add(_ code: String, _ status: Int, _ change: (inout ZipFile) -> Void) {
      var zip = ZipFile(Self.series.enumerated().map { ("\($0)", $1) })
      change(&zip)
      cases.append((code, status, zip.bytes()))
    }
    add("zip-corrupt", 400) { $0.entries[1].name = "../../CANARY-escape" }
    add("zip-corrupt", 400) { $0.entries[1].name = "/tmp/CANARY-escape" }
    add("zip-corrupt", 400) { $0.entries[1].mode = 0o120777 }
    add("zip-corrupt", 400) { $0.entries[1].placeOf = 0 }
    add("zip-corrupt", 400) { $0.entries[1].declaredChecksum = 1 }
    add("zip-corrupt", 400) { $0.entries[1].declaredBytes = 10 }
    add("inflated-too-large", 413) { $0.entries[1].declaredBytes = 0xffff_fffe }
    add("container-unsupported", 415) { $0.entries[1].flags = 1 }
    add("container-unsupported", 415) { $0.entries = [.init("CANARY.nii", [1])] }
    add("series-inconsistent", 422) { $0.entries.remove(at: 5) }
    add("too-few-slices", 422) { $0.entries.removeLast(9) }
    add("too-many-parts", 413) { zip in zip.entries = (0..<10_001).map { .init("\($0)", []) } }
    add("mixed-series", 422) { zip in
      var other = DICOMFile.series()
      for index in other.indices {
        other[index].texts[0x0020_000d] = "1.2.3"
        other[index].texts[0x0008_0018] = "1.2.3.\(index)"
      }
      zip.entries += other.enumerated().map { .init("o\($0)", $1.bytes()) }
    }
    add("transfer-syntax-unsupported", 415) { zip in
      var lossy = DICOMFile.series()
      for index in lossy.indices {
        lossy[index].transferSyntax = "1.2.840.10008.1.2.4.51"
        lossy[index].fragments = [[0xff, 0xd8, 0xff, 0xc1, 0, 2]]
      }
      zip.entries = lossy.enumerated().map { .init("\($0)", $1.bytes()) }
    }
    for (code, status, bytes) in cases {
      let answer = try await service.answer(
        "POST", "/v1/diagnoses?prompt=a+b", type: "application/zip", body: bytes)
      #expect(answer.code == code && answer.status == status, "\(code): \(answer.text)")
      #expect(!answer.text.contains("CANARY") && !answer.text.contains("1.2.3"))
      #expect(service.spooled.isEmpty)
    }
    #expect(access("/tmp/CANARY-escape", F_OK) != 0)
    let good = try await service.answer(
      "POST", "/v1/diagnoses?prompt=a+b", type: "application/zip", body: Self.packed)
    #expect(good.status == 200)
    #expect(!service.process.logged.contains("CANARY"))
  }

  @Test func aFormHasAVolumeOrDICOMFiles() async throws {
    let service = try await RunningService()
    let request: [(name: String, type: String, body: [UInt8])] = [
      ("request", "application/json", Array(#"{"prompts":["a b"]}"#.utf8))
    ]
    let both = try await service.diagnoseForm(
      Self.form(Self.series) + [("volume", "", Self.nifti)] + request)
    #expect(both.code == "duplicate-field")
    #expect(try await service.diagnoseForm(Self.form([[], []]) + request).code == "empty-body")
    #expect(try await service.diagnoseForm(request).code == "missing-field")
  }

  /// A part `dicom` that is a ZIP, a ZIP written to a pipe, and a format that is not read, on every route.
  @Test func zipsComeInManyForms() async throws {
    let service = try await RunningService()
    var streamed = ZipFile(Self.series.map { ("IM", $0) })
    streamed.is64 = true
    streamed.descriptor = .signed
    streamed.suffix = [UInt8](repeating: 0, count: 10_240)
    let query = "prompt=pleural+effusion"
    let wanted = try await service.answer(
      "POST", "/v1/diagnoses?\(query)", type: "application/zip", body: Self.packed)
    #expect(wanted.status == 200, "\(wanted.text)")
    for type in ["application/zip", "application/octet-stream"] {
      let answer = try await service.answer(
        "POST", "/v1/diagnoses?\(query)", type: type, body: streamed.bytes())
      #expect(answer.status == 200, "\(answer.text)")
      #expect(try answer.json["findings"] == wanted.json["findings"])
    }
    let request: [(name: String, type: String, body: [UInt8])] = [
      ("request", "application/json", Array(#"{"prompts":["pleural effusion"]}"#.utf8))
    ]
    for route in ["/v1/diagnoses", "/v1/volumes"] {
      for field in ["dicom", "volume"] {
        let fields = route == "/v1/volumes" ? [] : request
        let answer = try await service.diagnoseForm(
          [(field, "application/zip", streamed.bytes())] + fields, to: route)
        #expect(answer.status < 300, "\(route) \(field): \(answer.text)")
      }
    }
    for (name, bytes) in [
      ("a tar", [UInt8](repeating: 65, count: 257) + Array("ustar  ".utf8)),
      ("a MetaImage", Array("ObjectType = Image\n".utf8)), ("an NRRD", Array("NRRD0004\n".utf8)),
    ] {
      let answer = try await service.answer(
        "POST", "/v1/diagnoses?\(query)", type: "application/octet-stream", body: bytes)
      #expect(answer.code == "container-unsupported", "\(answer.text)")
      #expect(answer.text.contains(name), "\(answer.text)")
    }
    #expect(service.spooled.isEmpty)
  }

  /// The same voxels jump in both; only the NIfTI has to be guessed at.
  @Test func slicesOfASeriesAreNotGuessed() async throws {
    let levels = Array(0..<20) + Array(24..<44)
    let phantom = VolumesPhantom(shape: [24, 20, 40], spacing: [16, 18, 8]) { x, y, z in
      Double(levels[z] * 20 + (3 * x + 5 * y) % 7 - 900)
    }
    let service = try await RunningService()
    func codes(_ answer: RawAnswer) throws -> [String] {
      #expect(answer.status == 200, "\(answer.text)")
      return try answer.json["volume"]?["warnings"]?.elements.compactMap { $0["code"]?.text } ?? []
    }
    let nifti = try codes(
      try await service.diagnose(phantom.stored(as: "LPS").file().bytes(), query: "prompt=a+b"))
    #expect(nifti.contains("slices-missing"), "\(nifti)")
    let files = DICOMFile.series(of: phantom).enumerated().map { ("\($0)", $1.bytes()) }
    let dicom = try codes(
      try await service.answer(
        "POST", "/v1/diagnoses?prompt=a+b&persist=false", type: "application/zip",
        body: ZipFile(files).bytes()))
    #expect(!dicom.contains("slices-missing"), "\(dicom)")
  }

  @Test func theCommandLineReadsFoldersAndZIPs() async throws {
    let folder = try ArchiveFolder()
    for (index, file) in Self.series.enumerated() {
      try Data(file).write(to: URL(fileURLWithPath: "\(folder.path)/\(15 - index).dcm"))
    }
    try Data("no DICOM".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/README.txt"))
    let empty = try ArchiveFolder()
    let zip = "\(empty.path)/series.zip"
    try Data(Self.packed).write(to: URL(fileURLWithPath: zip))
    let arguments = ["-p", "pleural effusion", "--model", Fixtures.tinyModel, "--csv"]
    let outcome = try await BrgsaProcess(["diagnose", folder.path, zip] + arguments).outcome()
    #expect(outcome.exitCode == 0, "\(outcome.complaints)")
    let scores = outcome.output.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").dropFirst().joined(separator: ",")
    }
    #expect(scores.count == 2 && Set(scores).count == 1)
    let none = try ArchiveFolder()
    let refused = try await BrgsaProcess(["diagnose", none.path] + arguments).outcome()
    #expect(refused.exitCode == 65 && refused.complaints.contains("contains no DICOM files"))
  }
}
