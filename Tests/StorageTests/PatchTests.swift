import GRDB
import Synchronization
import Testing

@testable import Storage

/// What stored patch embeddings promise, on a file and in memory.
@Suite struct PatchTests {
  private let space = Sample.space
  private let other = EmbeddingSpace(modelSHA256: "model-b", recipe: "recipe/1", components: 64)

  /// Large enough for overflow pages.
  private static func bytes(_ n: Int) -> [UInt8] {
    (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ n) }
  }

  private static func id(_ n: Int) -> String { "sha256-\(n)" }

  private func add(_ n: Int, _ store: Store) async throws {
    try await store.add(n)
    try await store.addPatches(Self.bytes(n), ofInput: Sample.digest(n), space: space)
  }

  private func rows(_ store: Store) throws -> Int? {
    try store.readingNow { database, _ in try database.integer("SELECT count(*) FROM patches") }
  }

  @Test(arguments: Place.allCases)
  func theyComeBackForTheirInputAndSpaceAndTheFirstStay(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      try await add(1, store)
      try await store.add(2)
      #expect(try await store.patches(ofVolume: Self.id(1), space: space)?.bytes == Self.bytes(1))
      let found = try #require(try await store.patches(ofVolume: Self.id(2), space: space))
      #expect(found.record == Sample.volume(2) && found.bytes == nil)
      #expect(try await store.patches(ofVolume: Self.id(3), space: space) == nil)
      #expect(try await store.patches(ofVolume: Self.id(1), space: other)?.bytes == nil)
      try await store.addPatches(Self.bytes(9), ofInput: Sample.digest(1), space: other)
      try await store.addPatches(Self.bytes(8), ofInput: Sample.digest(1), space: space)
      #expect(try await store.patches(ofVolume: Self.id(1), space: space)?.bytes == Self.bytes(1))
      #expect(try await store.patches(ofVolume: Self.id(1), space: other)?.bytes == Self.bytes(9))
      try await store.addPatches(
        Self.bytes(8), ofInput: Sample.digest(1), space: space, replaces: true)
      #expect(try await store.patches(ofVolume: Self.id(1), space: space)?.bytes == Self.bytes(8))
      #expect(try rows(store) == 2)
      #expect(try store.check().isEmpty && store.quarantined == 0)
    }
  }

  @Test(arguments: Place.allCases)
  func theyGoWithTheLastVolumeOfTheirInput(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      for n in 0..<6 {
        _ = try await store.addVolume(
          Sample.volume(n, input: n / 2, at: n), embedding: Sample.embedding(n / 2), space: space)
        try await store.addPatches(Self.bytes(n), ofInput: Sample.digest(n / 2), space: space)
      }
      #expect(try rows(store) == 3)
      #expect(try await store.deleteVolume(id: Self.id(4)))
      #expect(try await store.patches(ofVolume: Self.id(5), space: space)?.bytes == Self.bytes(4))
      #expect(try await store.deleteVolume(id: Self.id(5)))
      #expect(try rows(store) == 2)
      _ = try await store.deleteAll(createdBefore: 3)
      #expect(try rows(store) == 1)
      #expect(try await store.patches(ofVolume: Self.id(3), space: space)?.bytes == Self.bytes(2))
      // A volume that was deleted while its map was made.
      try await store.addPatches(Self.bytes(0), ofInput: Sample.digest(0), space: space)
      // A volume that gets another input.
      _ = try await store.addVolume(
        Sample.volume(3, input: 70), embedding: Sample.embedding(70), space: space)
      #expect(try rows(store) == 0)
    }
  }

  @Test(arguments: Place.allCases)
  func wrongRowsAreSetAsideAndMayComeAgain(_ place: Place) async throws {
    for change in [
      "bytes = zeroblob(20000)", "bytes = x''", "checksum = 7",
      "space = (SELECT max(number) FROM space)",
    ] {
      try await place.withStore { (store) async throws in
        try await add(1, store)
        try await store.add(2, space: other)
        try store.spoil("UPDATE patches SET \(change)")
        for space in [space, other] {
          #expect(try await store.patches(ofVolume: Self.id(1), space: space)?.bytes == nil)
        }
        #expect(try rows(store) == 0 && store.quarantined == 1, "\(change)")
        try await store.addPatches(Self.bytes(1), ofInput: Sample.digest(1), space: space)
        #expect(
          try await store.patches(ofVolume: Self.id(1), space: space)?.bytes == Self.bytes(1))
      }
    }
  }

  @Test func theChecksumOfARowStays() async throws {
    try await Place.memory.withStore { (store) async throws in
      try await add(1, store)
      let checksum = try store.readingNow { database, _ in
        try database.integer("SELECT checksum FROM patches")
      }
      // Computed by the rule of ``RowChecksum`` alone, so that a store stays readable.
      #expect(checksum == 2_109_657_437)
    }
  }

  @Test func noByteOfThemStaysInTheFilesOfADeletedVolume() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    let canary = Array("CANARY-71c4".utf8)
    try await store.add(1)
    try await store.addPatches(
      canary + Self.bytes(1) + canary, ofInput: Sample.digest(1), space: space)
    func holders() throws -> [String] {
      try folder.names.filter { try Self.holds(folder.bytes($0), canary) }
    }
    #expect(try !holders().isEmpty)
    #expect(try await store.deleteVolume(id: Self.id(1)))
    #expect(try holders().isEmpty)
    store.close()
  }

  private static func holds(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
    bytes.indices.contains { bytes[$0] == needle[0] && bytes[$0...].starts(with: needle) }
  }

  @Test func whileSpaceIsLowTheyAreNotStoredAndVolumesAre() async throws {
    let folder = try TemporaryFolder()
    let disk = FreeSpace(3 << 19)
    var limits = StoreLimits()
    limits.reserveBytes = 1 << 20
    limits.measure = { _ in (disk.bytes, 1 << 34) }
    let store = try Store(path: folder.store, limits: limits)
    await #expect(throws: StoreError.lowSpace) { try await add(1, store) }
    #expect(try await store.patches(ofVolume: Self.id(1), space: space)?.bytes == nil)
    disk.set(1 << 30)
    try await add(1, store)
    #expect(try await store.patches(ofVolume: Self.id(1), space: space)?.bytes == Self.bytes(1))
    store.close()
  }

  @Test(.timeLimit(.minutes(30))) func aDamagedFileCostsOnlyTheRowsOnItsDamagedPages() async throws
  {
    let folder = try TemporaryFolder()
    let filled = try Store(path: folder.store)
    let count = 20
    for n in 0..<count { try await add(n, filled) }
    filled.close()
    let pages = try StorePages(folder)
    var random = SplitMix(seed: 19)
    func left(_ bytes: [UInt8]) async throws -> (rows: Int, wrong: Int) {
      let copy = try TemporaryFolder()
      try copy.write(bytes, to: "store.db")
      let store = try Store(path: copy.store)
      #expect(await store.checked() != .failed)
      var rows = 0
      for n in 0..<count {
        guard let found = try await store.patches(ofVolume: Self.id(n), space: space)?.bytes
        else { continue }
        #expect(found == Self.bytes(n))
        rows += 1
      }
      #expect(try store.countVolumesNow() == count && store.searchedIDs().count == count)
      #expect(try store.check().isEmpty)
      defer { store.close() }
      return (rows, store.quarantined)
    }
    // Rows of this table are never taken for embeddings, so that nothing else counts as wrong.
    let (inner, leaves) = try pages.pages(of: "patches")
    for page in inner {
      var noise = pages
      noise.overwrite(page, with: &random)
      let left = try await left(noise.bytes)
      #expect(left.rows == count && left.wrong == 0)
    }
    let leaf = try #require(leaves.first)
    var noise = pages
    noise.overwrite(leaf, with: &random)
    let rest = try await left(noise.bytes)
    #expect(rest.rows < count && rest.rows >= count - 4)
  }
}

/// The free space of a disk that the test fills.
private final class FreeSpace: Sendable {
  private let free: Mutex<Int>
  init(_ bytes: Int) { free = Mutex(bytes) }
  var bytes: Int { free.withLock { $0 } }
  func set(_ bytes: Int) { free.withLock { $0 = bytes } }
}
