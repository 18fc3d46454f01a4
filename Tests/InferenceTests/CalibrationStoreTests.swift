import Encoders
import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Calibrations
@testable import Inference

@Suite struct CalibrationStoreTests {
  private let model: LoadedModel
  private let folder: TemporaryFolder

  init() throws {
    model = try LoadedModel(directory: Fixtures.tinyModel, threads: 1)
    folder = try TemporaryFolder()
  }

  @Test func whatWasPutIsThereAfterARestartByteForByte() async throws {
    // A folder that has to be made, with those above it.
    let path = "\(folder.path)/a/b"
    let store = CalibrationStore(directory: path)
    store.read(for: model.model)
    #expect(try await store.put(loaded("one", 0.1)))
    #expect(try await store.put(loaded("two", 0.2)))
    #expect(try await !store.put(loaded("one", 0.3)))
    let again = CalibrationStore(directory: path)
    again.read(for: model.model)
    #expect(again.skipped.isEmpty)
    #expect(again.all == store.all)
    #expect(again.all.map(\.calibration.name) == ["one", "two"])
    #expect(again.named("one")?.calibration.thresholds.first?.threshold == 0.3)
    #expect(try await again.remove("one"))
    #expect(try await !again.remove("one"))
    let last = CalibrationStore(directory: path)
    last.read(for: model.model)
    #expect(last.all.map(\.calibration.name) == ["two"])
  }

  @Test func concurrentPutsEndInOneWholeDocument() async throws {
    let store = CalibrationStore(directory: folder.path)
    let candidates = try (0..<40).map { try loaded("one", Float($0) / 100) }
    let created = try await withThrowingTaskGroup(of: Bool.self) { group in
      for candidate in candidates { group.addTask { try await store.put(candidate) } }
      return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(created == 1)
    #expect(folder.names == ["one.json"])
    let bytes = try FixtureFile.read("\(folder.path)/one.json")
    #expect(store.named("one")?.calibration.bytes == bytes)
    #expect(candidates.contains { $0.calibration.bytes == bytes })
  }

  @Test func draftsAndForeignFilesAreLeftAloneAndNotUsed() throws {
    let good = try loaded("good", 0.1).calibration.bytes
    let files: [(name: String, bytes: [UInt8], isReported: Bool)] = [
      ("good.json", good, false), (".good.json", good, false), (".good.1F2E", good, false),
      (".good.1f2e.x", good, false), ("good.1f2e", good, false), (".1f2e", good, false),
      ("notes.txt", [1], false), ("broken.json", Array(good.dropLast()), true),
      ("empty.json", [], true), ("renamed.json", good, true), ("Bad Name\n.json", good, true),
      ("foreign.json", CalibrationSample.json(name: "foreign").bytes, true),
      ("large.json", good + [UInt8](repeating: 32, count: Calibration.byteLimit), true),
    ]
    for (name, bytes, _) in files { try FixtureFile.write(bytes, to: "\(folder.path)/\(name)") }
    #expect(mkdir("\(folder.path)/folder.json", 0o700) == 0)
    #expect(mkfifo("\(folder.path)/pipe.json", 0o600) == 0)
    let store = CalibrationStore(directory: folder.path)
    store.read(for: model.model)
    #expect(store.all.map(\.calibration.name) == ["good"])
    let reported = files.filter(\.isReported).map(\.name) + ["folder.json", "pipe.json"]
    #expect(
      store.skipped.map(\.file).sorted()
        == reported.map { $0 == "Bad Name\n.json" ? "Bad Name?.json" : $0 }.sorted())
    for (name, bytes, _) in files {
      #expect(try FixtureFile.read("\(folder.path)/\(name)") == bytes)
    }
  }

  @Test func draftsOfKilledProcessesGoAndThoseOfLivingOnesStay() async throws {
    let good = try loaded("good", 0.1).calibration.bytes
    let left = [".good.1f2e", ".ward-7.0", ".a.0123456789abcdef"]
    for name in left { try FixtureFile.write(good, to: "\(folder.path)/\(name)") }
    // As one that writes a calibration now has it.
    let draft = "\(folder.path)/.good.2"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    #expect(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    let store = CalibrationStore(directory: folder.path)
    store.read(for: model.model)
    #expect(folder.names == [".good.2"])
    close(descriptor)
    store.read(for: model.model)
    #expect(folder.names.isEmpty)
    // A sweep beside many puts takes none of their drafts.
    let sweeper = CalibrationStore(directory: folder.path)
    for index in 0..<40 {
      async let put = store.put(loaded("c\(index)", 0.1))
      sweeper.read(for: model.model)
      #expect(try await put)
    }
    #expect(folder.names.count == 40)
  }

  @Test func aBrokenFileIsReplacedByAPut() async throws {
    try FixtureFile.write([1], to: "\(folder.path)/one.json")
    let store = CalibrationStore(directory: folder.path)
    store.read(for: model.model)
    #expect(store.skipped.map(\.file) == ["one.json"])
    #expect(try await store.put(loaded("one", 0.1)))
    let again = CalibrationStore(directory: folder.path)
    again.read(for: model.model)
    #expect(again.skipped.isEmpty)
    #expect(again.named("one") != nil)
  }

  @Test func theNumberIsBoundedAtTheLimitAndOneBeyond() async throws {
    let store = CalibrationStore(directory: folder.path)
    for index in 0..<CalibrationStore.limit {
      #expect(try await store.put(loaded("c\(index)", 0.1)))
    }
    let more = try loaded("more", 0.1)
    await #expect(throws: CalibrationError.tooMany(limit: CalibrationStore.limit)) {
      try await store.put(more)
    }
    #expect(try await !store.put(loaded("c0", 0.2)))
    try FixtureFile.write(more.calibration.bytes, to: "\(folder.path)/more.json")
    let again = CalibrationStore(directory: folder.path)
    again.read(for: model.model)
    #expect(again.all.count == CalibrationStore.limit)
    #expect(again.skipped.map(\.file) == ["more.json"])
  }

  @Test(arguments: ["/proc/calibrations", "/dev/null/calibrations", ""])
  func aFolderThatCannotBeIsAnErrorOfThePutAlone(path: String) async throws {
    let store = CalibrationStore(directory: path)
    store.read(for: model.model)
    #expect(store.all.isEmpty)
    let one = try loaded("one", 0.1)
    await #expect(throws: CalibrationError.self) { try await store.put(one) }
    #expect(store.named("one") == nil)
  }

  @Test func theServicesStandardIsUsedOnlyIfNothingIsNamed() async throws {
    let store = CalibrationStore(directory: nil)
    let service = DiagnosisService(calibrations: store, standardCalibration: "site")
    #expect(throws: InferenceError.modelLoading) { try service.calibration(named: nil) }
    try await service.load(directory: Fixtures.tinyModel, threads: 1)
    #expect(try service.calibration(named: nil) == nil)
    for name in ["site", "model", "", "Site", "../site"] {
      #expect(throws: InferenceError.unknownCalibration) { try service.calibration(named: name) }
    }
    _ = try await store.put(loaded("site", 0.1))
    #expect(try service.calibration(named: nil)?.calibration.name == "site")
    #expect(try service.calibration(named: "site")?.calibration.name == "site")
    #expect(try service.calibration(named: "none") == nil)
  }

  private func loaded(_ name: String, _ threshold: Float) throws -> LoadedCalibration {
    try model.load(
      CalibrationSample.calibration(
        name: name, model: model.model.fingerprint, threshold: threshold), source: .site)
  }
}
