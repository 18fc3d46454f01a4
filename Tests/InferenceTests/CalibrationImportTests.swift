import Archives
import Calibrations
import Encoders
import Storage
import StrictJSON
import TestSupport
import Testing

@testable import Inference

/// A folder of calibrations beside a store.
@Suite struct CalibrationImportTests {
  private let folder: TemporaryFolder
  private let fingerprint: String

  init() throws {
    folder = try TemporaryFolder()
    fingerprint = try LoadedModel(directory: Fixtures.tinyModel, threads: 1).model.fingerprint
  }

  @Test func theFolderIsImportedOnceAndWhatTheStoreKnowsIsLeftAlone() async throws {
    try write("ward-7", 0.1)
    try write("ward-8", 0.2)
    try FixtureFile.write([1], to: "\(folder.path)/broken.json")
    let broken = CalibrationReport(
      name: "broken.json", outcome: .unusable(.json(.syntax(offset: 0))))
    try await withService { (service) async throws in
      #expect(
        service.calibrationReports == [
          broken, CalibrationReport(name: "ward-7.json", outcome: .imported),
          CalibrationReport(name: "ward-8.json", outcome: .imported),
        ])
      #expect(threshold(service, "ward-7") == 0.1)
      #expect(try service.calibration(named: "ward-8")?.source == .site)
      // A change and a deletion through the service.
      #expect(try await !service.putCalibration(loaded(service, "ward-7", 0.5)))
      #expect(try await service.putCalibration(loaded(service, "ward-9", 0.9)))
      #expect(try await service.removeCalibration("ward-8"))
      #expect(try await !service.removeCalibration("ward-8"))
      #expect(service.siteCalibrations.map(\.calibration.name) == ["ward-7", "ward-9"])
    }
    try await withService { (service) async throws in
      #expect(
        service.calibrationReports == [
          broken, CalibrationReport(name: "ward-7.json", outcome: .differs),
          CalibrationReport(name: "ward-8.json", outcome: .deleted),
        ])
      #expect(threshold(service, "ward-7") == 0.5)
      #expect(throws: InferenceError.unknownCalibration) {
        try service.calibration(named: "ward-8")
      }
      #expect(threshold(service, "ward-9") == 0.9)
    }
    // The files stay, so that an earlier version can use them.
    #expect(folder.names.filter { $0.hasSuffix(".json") }.count == 3)
  }

  @Test func aFileThatTheStoreHasIsNotReported() async throws {
    try write("ward-7", 0.1)
    try await withService { #expect($0.calibrationReports.map(\.outcome) == [.imported]) }
    try await withService { (service) async throws in
      #expect(service.calibrationReports.isEmpty)
      #expect(threshold(service, "ward-7") == 0.1)
    }
  }

  @Test func withoutAStoreTheFolderStaysInUse() async throws {
    try write("ward-7", 0.1)
    for store in [nil, try Store(path: ":memory:")] {
      let service = DiagnosisService(
        calibrations: CalibrationStore(directory: folder.path), store: store)
      try await service.load(directory: Fixtures.tinyModel, threads: 1)
      #expect(service.calibrationReports.isEmpty)
      #expect(threshold(service, "ward-7") == 0.1)
      #expect(try await service.putCalibration(loaded(service, "ward-8", 0.2)))
      #expect(folder.names.contains("ward-8.json"))
      #expect(try await service.removeCalibration("ward-8"))
      #expect(!folder.names.contains("ward-8.json"))
      store?.close()
    }
  }

  @Test func theNumberIsBounded() async throws {
    let limit = CalibrationStore.limit
    try await withService { (service) async throws in
      for index in 0..<limit {
        #expect(try await service.putCalibration(loaded(service, "c\(index)", 0.1)))
      }
      let more = try loaded(service, "more", 0.1)
      await #expect(throws: CalibrationError.tooMany(limit: limit)) {
        try await service.putCalibration(more)
      }
    }
    try write("more", 0.1)
    try await withService { (service) async throws in
      #expect(
        service.calibrationReports == [
          CalibrationReport(name: "more.json", outcome: .unusable(.tooMany(limit: limit)))
        ])
      #expect(service.siteCalibrations.count == limit)
    }
  }

  @Test func aStoredDocumentThatTheModelCannotUseIsReportedAndMayBeReplaced() async throws {
    try await withService { (service) async throws in
      let archive = try service.requireArchive()
      _ = try await archive.putCalibration("odd", document: [1], at: 1, limit: 9)
      #expect(service.siteCalibrations.isEmpty)
    }
    try await withService { (service) async throws in
      #expect(service.calibrationReports.map(\.name) == ["odd"])
      #expect(try await !service.putCalibration(loaded(service, "odd", 0.3)))
      #expect(threshold(service, "odd") == 0.3)
      #expect(try await service.removeCalibration("odd"))
    }
  }

  // MARK: Helpers

  /// Runs a service whose store outlives it.
  private func withService(_ body: (DiagnosisService) async throws -> Void) async throws {
    let store = try Store(path: "\(folder.path)/store.sqlite")
    defer { store.close() }
    let service = DiagnosisService(
      calibrations: CalibrationStore(directory: folder.path), store: store)
    try await service.load(directory: Fixtures.tinyModel, threads: 1)
    try await body(service)
  }

  private func write(_ name: String, _ threshold: Float) throws {
    let calibration = try CalibrationSample.calibration(
      name: name, model: fingerprint, threshold: threshold)
    try FixtureFile.write(calibration.bytes, to: "\(folder.path)/\(name).json")
  }

  private func loaded(
    _ service: DiagnosisService, _ name: String, _ threshold: Float
  ) throws -> LoadedCalibration {
    try service.requireModel().load(
      CalibrationSample.calibration(name: name, model: fingerprint, threshold: threshold),
      source: .site)
  }

  private func threshold(_ service: DiagnosisService, _ name: String) -> Float? {
    service.siteCalibration(named: name)?.calibration.thresholds.first?.threshold
  }
}
