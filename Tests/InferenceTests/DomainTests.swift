import Diagnoses
import Encoders
import Glibc
import Storage
import Tensors
import TestSupport
import Testing
import Volumes

@testable import Archives
@testable import Calibrations
@testable import Inference

/// What a model's domain does to findings: inside, outside and where nobody measured.
@Suite struct DomainTests {
  private static let prompt = Prompt(label: "a", texts: ["There is Lung nodule"])

  /// A service with the tiny model and a domain; its store is in memory.
  private final class Bench: Sendable {
    let folder: ModelFolder
    let model: LoadedModel
    let service: DiagnosisService

    init(limit: Float, store: Store? = nil) async throws {
      var sample = DomainSample()
      sample.limit = limit
      // The self-test's own distance: it is compared with an independent one where the model is bundled.
      let draft = try sample.folder()
      let probe = try Model(ModelDirectory(draft.path), on: WorkerPool(threads: 1))
      withExtendedLifetime(draft) {}
      let file = try ModelTensorFile(fixture: "tiny-model/selftest.safetensors")
      let volume = Tensor(shape: try file.shape("volume"), elements: try file.floats("volume"))
      sample.example = Float(probe.encode(volume, on: WorkerPool(threads: 1))?.domainDistance ?? 1)
      folder = try sample.folder()
      service = DiagnosisService(store: try store ?? Store(path: ":memory:"))
      try await service.load(directory: folder.path, threads: 2)
      model = try service.requireModel()
    }

    func calibration(_ source: LoadedCalibration.Source = .site) throws -> LoadedCalibration {
      try model.load(
        CalibrationSample.calibration(model: model.model.fingerprint, threshold: -1),
        source: source)
    }

    func diagnose(
      _ volume: VolumeReference, _ source: LoadedCalibration.Source = .site
    ) async throws -> Diagnosis {
      try await service.diagnose(
        DiagnosisRequest(
          volume: volume, prompts: service.admit([DomainTests.prompt]),
          calibration: calibration(source)))
    }
  }

  private static func file(sha256: UInt8 = 1, gzip: Bool = false) -> VolumeReference {
    let bytes = HostileVolumes.good().bytes()
    let spool = NIfTISpool(gzip ? NIfTIGzip().member(bytes) : bytes)
    return .file(
      VolumeSource(
        fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount,
        sha256: Array(repeating: sha256, count: 32),
        owner: spool))
  }

  private static func isDecided(_ diagnosis: Diagnosis) -> Bool {
    diagnosis.findings.allSatisfy { $0.isPositive == true && $0.decision == .aboveThreshold }
      && !diagnosis.volume.description.warnings.contains { $0.isAboutDomain }
      && diagnosis.volume.description.domain?.isInside == true
  }

  private static func isUndecided(_ diagnosis: Diagnosis) -> Bool {
    diagnosis.findings.allSatisfy {
      $0.isPositive == nil && $0.decision == .outsideDomain && $0.threshold == -1
        && $0.score.isFinite
    } && diagnosis.volume.description.warnings.last?.code == "outside-domain"
      && diagnosis.volume.description.domain?.isInside == false
  }

  @Test func insideThresholdsDecide() async throws {
    let bench = try await Bench(limit: 1e9)
    let first = try await bench.diagnose(Self.file())
    #expect(Self.isDecided(first) && first.volume.origin == .encoded)
    let again = try await bench.diagnose(Self.file())
    #expect(Self.isDecided(again) && again.volume.origin == .sameFile)
    let packed = try await bench.diagnose(Self.file(sha256: 2, gzip: true))
    #expect(Self.isDecided(packed) && packed.volume.origin == .sameInput)
    #expect(Self.isDecided(try await bench.diagnose(.stored(id: first.volume.id))))
  }

  @Test(arguments: [LoadedCalibration.Source.model, .site])
  func outsideNobodysThresholdsDecide(source: LoadedCalibration.Source) async throws {
    let bench = try await Bench(limit: 1e-6)
    let first = try await bench.diagnose(Self.file(), source)
    #expect(Self.isUndecided(first) && first.volume.origin == .encoded)
    let again = try await bench.diagnose(Self.file(), source)
    #expect(Self.isUndecided(again) && again.volume.origin == .sameFile)
    let packed = try await bench.diagnose(Self.file(sha256: 2, gzip: true), source)
    #expect(Self.isUndecided(packed) && packed.volume.origin == .sameInput)
    #expect(Self.isUndecided(try await bench.diagnose(.stored(id: first.volume.id), source)))
    let kept = try #require(
      try await bench.service.requireArchive().record(ofVolume: first.volume.id))
    #expect(kept.judged(by: bench.model.model).description?.warnings.last?.code == "outside-domain")
    #expect(kept.description?.warnings.contains { $0.isAboutDomain } == false)
  }

  @Test func aModelWithoutADomainIsAsItWas() async throws {
    let service = DiagnosisService(store: try Store(path: ":memory:"))
    try await service.load(directory: Fixtures.tinyModel, threads: 2)
    let model = try service.requireModel()
    let calibration = try model.load(
      CalibrationSample.calibration(model: model.model.fingerprint, threshold: -1), source: .site)
    let diagnosis = try await service.diagnose(
      DiagnosisRequest(
        volume: Self.file(), prompts: service.admit([Self.prompt]), calibration: calibration))
    #expect(diagnosis.findings.allSatisfy { $0.isPositive == true })
    #expect(diagnosis.volume.description.domain == nil)
    #expect(diagnosis.volume.description.warnings.allSatisfy { !$0.isAboutDomain })
    let plain = try await service.diagnose(
      DiagnosisRequest(volume: Self.file(), prompts: service.admit([Self.prompt])))
    #expect(plain.findings.allSatisfy { $0.decision == .noThreshold })
  }

  /// Documents of a volume without a distance, with one of another model, and with one that is none.
  @Test(arguments: ["null", #"{"model":"x","distance":0.5,"limit":1}"#, ""])
  func whatNobodyMeasuredIsNeverDecided(domain: String) async throws {
    let bench = try await Bench(limit: 1e9)
    let first = try await bench.diagnose(Self.file())
    let archive = try bench.service.requireArchive()
    let (record, embedding) = try #require(
      try await archive.store.volume(id: first.volume.id, space: archive.space))
    var old = record
    let document = String(decoding: record.document, as: UTF8.self)
    let changed = document.replacing(
      #/"domain":{[^}]*},/#, with: domain.isEmpty ? "" : #""domain":\#(domain),"#)
    #expect(changed != document && VolumeDescription(document: Array(changed.utf8)) != nil)
    old.document = Array(changed.utf8)
    _ = try await archive.store.addVolume(
      old, embedding: try #require(embedding), space: archive.space, updatesDocument: true)
    let asked = try await bench.diagnose(.stored(id: first.volume.id))
    #expect(asked.findings.allSatisfy { $0.isPositive == nil && $0.decision == .domainUnknown })
    #expect(asked.volume.description.warnings.last?.code == "domain-unknown")
    // The file is measured again, and what was measured is kept.
    let again = try await bench.diagnose(Self.file())
    #expect(Self.isDecided(again) && again.volume.origin == .encoded)
    #expect(Self.isDecided(try await bench.diagnose(.stored(id: first.volume.id))))
  }

  @Test func anArchiveCarriesDistances() async throws {
    let (one, other) = (try await Bench(limit: 1e-6), try await Bench(limit: 1e-6))
    let first = try await one.diagnose(Self.file())
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/archive"
    #expect(try await one.service.requireArchive().export(to: path) == 1)
    _ = try await other.service.requireArchive().importArchive(from: path)
    #expect(Self.isUndecided(try await other.diagnose(.stored(id: first.volume.id))))
    for name in ["volumes.jsonl", "embeddings.safetensors"] { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  @Test(arguments: [
    #"{"model":"x","distance":-1,"limit":1}"#, #"{"model":"x","distance":1,"limit":0}"#,
    #"{"model":"x","distance":1e999,"limit":1}"#, #"{"model":"x","distance":1}"#,
    #"{"model":1,"distance":1,"limit":1}"#, "[]", "true",
  ])
  func anImpossibleDistanceIsNoDescription(domain: String) {
    let document = """
      {"format":"nifti1","shape":[24,24,20],"spacing_mm":[14,14,16],"orientation":"LPS",\
      "affine":null,"slope":1,"intercept":0,"min":-1000,"max":40,"p01":-1000,"p99":40,\
      "voxels":11520,"warnings":[],"domain":
      """
    let sound = document + #"{"model":"x","distance":0.5,"limit":1}}"#
    #expect(VolumeDescription(document: Array(sound.utf8))?.domain?.isInside == true)
    #expect(VolumeDescription(document: Array((document + domain + "}").utf8)) == nil)
  }
}
