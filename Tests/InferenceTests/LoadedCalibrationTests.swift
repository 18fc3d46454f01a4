import Encoders
import StrictJSON
import TestSupport
import Testing

@testable import Calibrations
@testable import Inference

@Suite struct LoadedCalibrationTests {
  private let model: LoadedModel

  init() throws { model = try LoadedModel(directory: Fixtures.tinyModel, threads: 1) }

  @Test(
    arguments: [
      (["There is Lung nodule"], true), (["there is lung nodule"], true),
      (["  THERE IS\nlung, nodule!"], true), (["There is lung nodules"], false),
      (["There is no lung nodule"], false), (["Lung nodule"], false),
      (["There is lung nodule. There is no effusion"], false),
      (["There is lung nodule", "There is lung nodule"], false), ([], false),
    ] as [([String], Bool)])
  func aThresholdBelongsToWhatTheModelReads(texts: [String], hasThreshold: Bool) throws {
    let loaded = try model.load(
      CalibrationSample.calibration(model: model.model.fingerprint), source: .site)
    let tokens = texts.map(model.model.tokenizer.tokenize)
    #expect(loaded.threshold(for: tokens) == (hasThreshold ? 0.125 : nil))
  }

  @Test func anotherModelsThresholdsAreRefused() throws {
    #expect(throws: CalibrationError.otherModel(model: model.model.fingerprint)) {
      try model.load(CalibrationSample.calibration(), source: .site)
    }
  }

  @Test(arguments: [
    (["There is gas", "THERE is gas!"], "becomes the same tokens as /thresholds/0/text"),
    (["There is gas", "Pneumonia."], "has no words that the model can read"),
  ])
  func textsThatTheModelCannotTellApartAreRefused(texts: [String], reason: String) throws {
    let calibration = try CalibrationSample.calibration(
      model: model.model.fingerprint, texts: texts)
    #expect(throws: CalibrationError.member(pointer: "/thresholds/1/text", reason: reason)) {
      try model.load(calibration, source: .site)
    }
  }

  @Test func findingsCarryTheThresholdOfTheirWordingAndCompareStrictly() async throws {
    let service = DiagnosisService()
    try await service.load(directory: Fixtures.tinyModel, threads: 2)
    let nodule = Prompt(label: "a", texts: ["There is Lung nodule"])
    let prompts = [
      nodule, Prompt(label: "b", texts: ["There is gas"]),
      Prompt(label: "c", texts: ["There is Lung nodule", "There is Lung nodule"]),
    ]
    let plain = try await Self.findings(service, prompts, nil)
    #expect(plain.allSatisfy { $0.threshold == nil && $0.isPositive == nil })
    let score = try #require(plain.first { $0.index == 0 }).score
    for (threshold, isPositive) in [
      (score, false), (score.nextDown, true), (score.nextUp, false), (-1, true), (1, false),
    ] {
      let calibration = try model.load(
        CalibrationSample.calibration(model: model.model.fingerprint, threshold: threshold),
        source: .site)
      let findings = try await Self.findings(service, prompts, calibration)
      let found = try #require(findings.first { $0.index == 0 })
      #expect(found.score == score)
      #expect(found.threshold == threshold)
      #expect(found.isPositive == isPositive, "score \(score), threshold \(threshold)")
      #expect(findings.filter { $0.index != 0 }.allSatisfy { $0.isPositive == nil })
    }
  }

  @Test func theFileBesideTheWeightsIsReadAndChangesNoFingerprint() throws {
    let folder = try ModelFolder()
    let plain = try LoadedModel(directory: folder.path, threads: 1)
    #expect(plain.calibration == nil)
    let document = CalibrationSample.json(model: plain.model.fingerprint).bytes
    try folder.write(document, as: Calibration.fileName)
    defer { folder.remove(Calibration.fileName) }
    let loaded = try LoadedModel(directory: folder.path, threads: 1)
    #expect(loaded.calibration?.calibration.bytes == document)
    #expect(loaded.calibration?.source == .model)
    #expect(loaded.model.fingerprint == plain.model.fingerprint)
  }

  @Test func aBadFileBesideTheWeightsIsRefusedWithWhatToDo() throws {
    let folder = try ModelFolder()
    defer { folder.remove(Calibration.fileName) }
    let fitting = CalibrationSample.json(model: model.model.fingerprint)
    let cases: [([UInt8], String)] = [
      (CalibrationSample.json().bytes, "was made for another model"), ([], "is not JSON"),
      (Array(fitting.bytes.dropLast()), "is not JSON"),
      (fitting.setting(["score"], to: "direct").bytes, "/score is not cosine_mean"),
      ([UInt8](repeating: 32, count: Calibration.byteLimit + 1), "at most 65536"),
    ]
    for (bytes, reason) in cases {
      try folder.write(bytes, as: Calibration.fileName)
      let error = try #require(throws: ModelError.self) {
        try LoadedModel(directory: folder.path, threads: 1)
      }
      let line = error.description
      #expect(line.hasPrefix("calibration.json: "))
      #expect(line.contains(reason), "\(line)")
      #expect(line.contains("remove the file"))
      #expect(line.hasSuffix("brgsa evaluate --write-thresholds"))
      let model = try LoadedModel(directory: folder.path, threads: 1, readsCalibration: false)
      #expect(model.calibration == nil)
    }
  }

  private static func findings(
    _ service: DiagnosisService, _ prompts: [Prompt], _ calibration: LoadedCalibration?
  ) async throws -> [Finding] {
    let spool = NIfTISpool(HostileVolumes.good().bytes())
    let volume = VolumeSource(
      fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount, sha256: [1], owner: spool)
    return try await service.diagnose(
      DiagnosisRequest(
        volume: .file(volume), prompts: service.admit(prompts), calibration: calibration)
    ).findings
  }
}
