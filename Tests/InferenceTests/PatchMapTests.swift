import Archives
import Encoders
import Storage
import TestSupport
import Testing
import Volumes

@testable import Inference

/// Maps made from stored patch embeddings.
@Suite struct PatchMapTests {
  private static let findings = [["There is gas"], ["There is a nodule", "There are nodules"]]

  private static func source() -> VolumeSource {
    let spool = NIfTISpool(VolumesPhantom.small.stored(as: "RAI").file().bytes())
    return VolumeSource(
      fileDescriptor: spool.fileDescriptor, byteCount: spool.byteCount,
      sha256: (0..<32).map { UInt8($0) }, owner: spool)
  }

  /// A service as after a restart.
  private static func service(
    _ store: Store, _ persistence: Persistence = .full, threads: Int = 2
  ) async throws -> DiagnosisService {
    let service = DiagnosisService(store: store, persistence: persistence)
    try await service.load(directory: Fixtures.tinyModel, threads: threads)
    return service
  }

  private static func patches(_ id: String, _ service: DiagnosisService) async throws -> [UInt8]? {
    let archive = try service.requireArchive()
    return try await archive.store.patches(ofVolume: id, space: archive.space)?.bytes
  }

  /// The files of all findings.
  private static func files(_ id: String, _ service: DiagnosisService) async throws -> [[UInt8]?] {
    var files: [[UInt8]?] = []
    for index in findings.indices {
      files.append(try await service.heatMap(of: index, among: findings, volume: id))
    }
    return files
  }

  @Test func aMapOfANewFindingWaitsForNoVolumeAndIsTheSameAfterARestart() async throws {
    let store = try Store(path: ":memory:")
    let first = try await Self.service(store)
    let id = try await first.add(Self.source()).volume.id
    let files = try await Self.files(id, first)
    #expect(!files.contains(nil) && files[0] != files[1])
    for threads in [1, 3] {
      let service = try await Self.service(store, threads: threads)
      let gate = Gate()
      let volume = Task { try await service.lane.run { _, _ in gate.wait() } }
      await gate.untilSomebodyWaits()
      #expect(try await Self.files(id, service) == files, "\(threads) threads")
      gate.open()
      try await volume.value
    }
  }

  @Test func aMapOfAnEarlierStoreIsMadeFromItsVoxelsOnceAndThenFromWhatIsStored() async throws {
    let disk = try ShortDisk()
    let first = try await Self.service(disk.store)
    let id = try await first.add(Self.source()).volume.id
    #expect(try await Self.patches(id, first) == nil)
    let files = try await Self.files(id, first)
    // No space: the map was made, and nothing was stored.
    #expect(!files.contains(nil))
    #expect(try await Self.patches(id, first) == nil)
    disk.empty()
    // A service that stores less by choice leaves it at that.
    let sparing = try await Self.service(disk.store, .embeddings)
    #expect(try await Self.files(id, sparing) == files)
    #expect(try await Self.patches(id, sparing) == nil)
    let second = try await Self.service(disk.store)
    #expect(try await Self.files(id, second) == files)
    #expect(try await Self.patches(id, second) != nil)
    let third = try await Self.service(disk.store)
    let gate = Gate()
    let volume = Task { try await third.lane.run { _, _ in gate.wait() } }
    await gate.untilSomebodyWaits()
    #expect(try await Self.files(id, third) == files)
    gate.open()
    try await volume.value
  }

  @Test func rowsOfAnotherSizeAreReplaced() async throws {
    let store = try Store(path: ":memory:")
    let service = try await Self.service(store)
    let volume = try await service.add(Self.source()).volume
    let stored = try #require(try await Self.patches(volume.id, service))
    let space = try service.requireArchive().space
    for odd in [Array(stored.dropLast(2)), [], [UInt8](repeating: 0xff, count: stored.count)] {
      try await store.addPatches(odd, ofInput: volume.inputDigest, space: space, replaces: true)
      let maps = try await Self.service(store).similarityMaps(
        of: volume.id, findings: Self.findings)
      #expect(maps.allSatisfy { map in map.values.allSatisfy { abs($0) <= 1 } })
      // From whole HU, so not quite those of the encoding.
      #expect(try await Self.patches(volume.id, service)?.count == stored.count)
    }
  }

  @Test func scoresAreThoseOfAServiceThatStoresNoPatches() async throws {
    let full = try await Self.service(Store(path: ":memory:"))
    let other = try await Self.service(Store(path: ":memory:"), .embeddings)
    let (with, without) = (
      try await full.add(Self.source()).volume, try await other.add(Self.source()).volume
    )
    #expect(with.embedding == without.embedding)
    #expect(with.patches != nil && without.patches == nil)
    #expect(try await Self.patches(without.id, other) == nil)
  }
}
