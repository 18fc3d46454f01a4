import Synchronization
import Testing

@testable import Storage

/// What stored files of volumes promise, in a file, in memory and in PostgreSQL.
@Suite struct SourceTests {
  private static func id(_ n: Int) -> String { "sha256-\(n)" }

  /// Bytes that do not repeat at the boundaries of parts.
  private static func bytes(_ count: Int, _ seed: Int = 1) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      var state = UInt32(truncatingIfNeeded: seed)
      for place in 0..<count {
        state = state &* 1_664_525 &+ 1_013_904_223
        bytes[place] = UInt8(state >> 24)
      }
      filled = count
    }
  }

  private struct Stopped: Error {}

  /// Adds a file whose reader fails before the piece `failure`.
  @discardableResult
  private static func add(
    _ bytes: [UInt8], _ n: Int, to store: Store, failingAt failure: Int = .max
  ) async throws -> Bool {
    var pieces = 0
    return try await store.addSource(ofVolume: id(n)) {
      guard pieces < failure else { throw Stopped() }
      let start = min(pieces * Store.sourcePieceBytes, bytes.count)
      pieces += 1
      let piece = Array(bytes[start...].prefix(Store.sourcePieceBytes))
      return piece.isEmpty ? nil : piece
    }
  }

  /// The whole file; nil if it is incomplete.
  private static func read(_ n: Int, in store: Store) async throws -> [UInt8]? {
    var bytes: [UInt8] = []
    let isWhole = try await store.readSource(ofVolume: id(n)) { bytes += $0 }
    return isWhole ? bytes : nil
  }

  private static func rows(_ store: Store) throws -> Int? {
    try store.readingNow { database, _ in try database.integer("SELECT count(*) FROM source") }
  }

  @Test(arguments: Place.allCases)
  func aFileOfAnyLengthComesBack(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      let part = SourceRecord.partBytes
      for (n, count) in [
        1, part - 1, part, part + 1, 8 * part, 8 * part + 1, 17 * part - 3,
      ].enumerated() {
        try await store.add(n)
        #expect(try await store.source(ofVolume: Self.id(n)) == nil)
        #expect(try await Self.read(n, in: store) == nil)
        let bytes = Self.bytes(count, n)
        #expect(try await Self.add(bytes, n, to: store))
        #expect(try await store.source(ofVolume: Self.id(n))?.byteCount == count)
        #expect(try await Self.read(n, in: store) == bytes, "\(count) bytes")
      }
      #expect(try store.check().isEmpty && store.quarantined == 0)
    }
  }

  @Test(arguments: Place.allCases)
  func onlyAStoredVolumeHasAFileAndTheLastOneCounts(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      #expect(try await !Self.add([1, 2], 1, to: store))
      #expect(try await store.source(ofVolume: Self.id(1)) == nil)
      try await store.add(1)
      #expect(try await !Self.add([], 1, to: store))
      try await Self.add(Self.bytes(9 << 20), 1, to: store)
      let first = try await store.source(ofVolume: Self.id(1))
      try await Self.add([3, 4, 5], 1, to: store)
      #expect(try await Self.read(1, in: store) == [3, 4, 5])
      let second = try await store.source(ofVolume: Self.id(1))
      #expect(first?.checksum != second?.checksum && second?.byteCount == 3)
      #expect(try Self.rows(store) == 1)
      // Metadata, a new model input and the same volume again do not touch the file.
      _ = try await store.addVolume(
        Sample.volume(1, input: 70), embedding: Sample.embedding(70), space: Sample.space)
      _ = try await store.setMetadata(VolumeMetadata(), ofVolume: Self.id(1))
      #expect(try await Self.read(1, in: store) == [3, 4, 5])
    }
  }

  @Test(arguments: Place.allCases)
  func nothingIsLeftOfAFileThatCannotBeReadToItsEnd(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      try await store.add(1)
      let bytes = Self.bytes(20 << 20)
      for failure in 0...2 {
        await #expect(throws: Stopped.self) {
          try await Self.add(bytes, 1, to: store, failingAt: failure)
        }
        #expect(try Self.rows(store) == 0)
      }
      #expect(try await Self.add(bytes, 1, to: store))
      #expect(try await Self.read(1, in: store) == bytes)
    }
  }

  @Test(arguments: Place.allCases)
  func aFileGoesWithItsVolume(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      for n in 0..<4 {
        _ = try await store.addVolume(
          Sample.volume(n, input: n / 2, at: n), embedding: Sample.embedding(n / 2),
          space: Sample.space)
        try await Self.add([UInt8(n), 7], n, to: store)
      }
      // Two volumes with the same input have a file each.
      #expect(try await store.deleteVolume(id: Self.id(0)))
      #expect(try await Self.read(1, in: store) == [1, 7])
      #expect(try Self.rows(store) == 3)
      #expect(try await store.deleteAll(createdBefore: 3).count == 2)
      #expect(try Self.rows(store) == 1)
      #expect(try await Self.read(3, in: store) == [3, 7])
    }
  }

  @Test func noByteOfALargeFileStaysAndTheReserveIsEnough() async throws {
    let folder = try TemporaryFolder()
    var limits = StoreLimits()
    limits.reserveBytes = 4 << 20
    limits.measure = { _ in (1 << 30, 1 << 34) }
    let store = try Store(path: folder.store, limits: limits)
    let canary = Array("CANARY-f11e".utf8)
    func holders() throws -> [String] {
      try folder.names.filter { name in
        let bytes = try folder.bytes(name)
        return bytes.indices.contains {
          bytes[$0] == canary[0] && bytes[$0...].starts(with: canary)
        }
      }
    }
    for n in 0..<2 {
      try await store.add(n)
      try await Self.add(canary + Self.bytes(12 << 20) + canary, n, to: store)
    }
    #expect(try !holders().isEmpty)
    #expect(try await store.deleteVolume(id: Self.id(0)))
    #expect(try await Self.read(1, in: store)?.count == 2 * canary.count + 12 << 20)
    #expect(try await store.deleteAll(createdBefore: 2_000) == [Self.id(1)])
    #expect(try holders().isEmpty && Self.rows(store) == 0)
    store.close()
  }

  @Test(arguments: Place.allCases)
  func aDamagedPartMakesTheFileMissingUntilItComesAgain(_ place: Place) async throws {
    let bytes = Self.bytes(10 << 20)
    for change in [
      "bytes = x'00' WHERE place = 9", "checksum = 7 WHERE place = 3", "parts = 3 WHERE place = 9",
      "place = 20 WHERE place = 0", "parts = 4 WHERE place = 3",
    ] {
      try await place.withStore { (store) async throws in
        try await store.add(1)
        try await Self.add(bytes, 1, to: store)
        try store.spoil("UPDATE source SET \(change)")
        #expect(try await Self.read(1, in: store) == nil, "\(change)")
        #expect(try await store.source(ofVolume: Self.id(1)) == nil, "\(change)")
        #expect(try await Self.add(bytes, 1, to: store))
        #expect(try await Self.read(1, in: store) == bytes, "\(change)")
        #expect(try Self.rows(store) == 10)
      }
    }
  }

  @Test(arguments: Place.allCases)
  func aDamagedVolumeTakesItsFileWithIt(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      for n in 1...2 {
        try await store.add(n)
        try await Self.add([UInt8(n)], n, to: store)
      }
      try store.spoil("UPDATE volume SET document = x'00' WHERE number = 1")
      #expect(try await store.volume(id: Self.id(1), space: Sample.space) == nil)
      #expect(try await Self.read(1, in: store) == nil && Self.rows(store) == 1)
      #expect(try await Self.read(2, in: store) == [2])
    }
  }

  @Test func theChecksumOfARowStays() async throws {
    try await Place.memory.withStore { (store) async throws in
      try await store.add(1)
      try await Self.add([1, 2, 3], 1, to: store)
      // Computed by the rule of ``RowChecksum`` alone, so that a store stays readable.
      #expect(try await store.source(ofVolume: Self.id(1))?.checksum == 1_184_286_310)
    }
  }

  @Test func whileSpaceIsLowFilesAreNotStoredAndVolumesAre() async throws {
    let folder = try TemporaryFolder()
    let free = Mutex(3 << 19)
    var limits = StoreLimits()
    limits.reserveBytes = 1 << 20
    limits.measure = { _ in (free.withLock { $0 }, 1 << 34) }
    let store = try Store(path: folder.store, limits: limits)
    try await store.add(1)
    await #expect(throws: StoreError.lowSpace) { try await Self.add([1], 1, to: store) }
    #expect(try await store.source(ofVolume: Self.id(1)) == nil)
    free.withLock { $0 = 1 << 30 }
    #expect(try await Self.add([1], 1, to: store))
    store.close()
  }

  @Test(.timeLimit(.minutes(30))) func aRebuiltFileHasWholeFilesOrNone() async throws {
    let folder = try TemporaryFolder()
    let filled = try Store(path: folder.store)
    let (count, size) = (6, 2 << 20 + 5)
    for n in 0..<count {
      try await filled.add(n)
      try await Self.add(Self.bytes(size, n), n, to: filled)
    }
    filled.close()
    let pages = try StorePages(folder)
    var random = SplitMix(seed: 23)
    func left(_ bytes: [UInt8]) async throws -> Int {
      let copy = try TemporaryFolder()
      try copy.write(bytes, to: "store.db")
      let store = try Store(path: copy.store)
      #expect(await store.checked() != .failed)
      var whole = 0
      for n in 0..<count {
        let found = try await store.source(ofVolume: Self.id(n))
        let bytes = try await Self.read(n, in: store)
        #expect((found == nil) == (bytes == nil))
        if let bytes {
          #expect(bytes == Self.bytes(size, n))
          whole += 1
        }
      }
      #expect(try store.countVolumesNow() == count && store.check().isEmpty)
      store.close()
      return whole
    }
    let (inner, leaves) = try pages.pages(of: "source")
    for page in inner {
      var noise = pages
      noise.overwrite(page, with: &random)
      #expect(try await left(noise.bytes) == count)
    }
    var noise = pages
    noise.overwrite(try #require(leaves.first), with: &random)
    let rest = try await left(noise.bytes)
    #expect(rest < count && rest >= count - 4)
  }
}
