import Testing

@testable import Storage

/// What stored thumbnails promise.
@Suite struct ThumbnailTests {
  private static func bytes(_ n: Int) -> [UInt8] {
    (0..<900).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ n) }
  }

  private static func id(_ n: Int) -> String { "sha256-\(n)" }

  private func add(_ n: Int, _ store: Store) async throws {
    try await store.add(n)
    try await store.addThumbnail(Self.bytes(n), ofInput: Sample.digest(n))
  }

  @Test(arguments: Place.allCases)
  func aThumbnailGoesWithTheLastVolumeOfItsInput(_ place: Place) async throws {
    try await place.withStore { (store) async throws in
      for n in 0..<3 {
        _ = try await store.addVolume(
          Sample.volume(n, input: n / 2), embedding: Sample.embedding(n / 2), space: Sample.space)
      }
      #expect(try await store.thumbnail(ofVolume: "sha256-9") == nil)
      #expect(try await store.thumbnail(ofVolume: "sha256-0")?.bytes == nil)
      try await store.addThumbnail([1], ofInput: Sample.digest(0))
      try await store.addThumbnail([2, 3], ofInput: Sample.digest(0))
      #expect(try await store.thumbnail(ofVolume: "sha256-1")?.bytes == [2, 3])
      #expect(try await store.thumbnail(ofVolume: "sha256-2")?.bytes == nil)
      #expect(try await store.deleteVolume(id: "sha256-0"))
      #expect(try await store.thumbnail(ofVolume: "sha256-1")?.bytes == [2, 3])
      #expect(try await store.deleteVolume(id: "sha256-1"))
      try await store.addThumbnail([4], ofInput: Sample.digest(0))
      #expect(
        try store.readingNow { database, _ in
          try database.integer("SELECT count(*) FROM thumbnail")
        } == 0)
      #expect(try store.check().isEmpty && store.quarantined == 0)
    }
  }

  @Test(arguments: Place.allCases)
  func wrongRowsAreSetAsideAndMayComeAgain(_ place: Place) async throws {
    for change in ["bytes = zeroblob(900)", "bytes = x''", "checksum = 7"] {
      try await place.withStore { (store) async throws in
        try await add(1, store)
        try store.spoil("UPDATE thumbnail SET \(change)")
        #expect(try await store.thumbnail(ofVolume: Self.id(1))?.bytes == nil)
        #expect(store.quarantined == 1, "\(change)")
        try await store.addThumbnail(Self.bytes(1), ofInput: Sample.digest(1))
        #expect(try await store.thumbnail(ofVolume: Self.id(1))?.bytes == Self.bytes(1))
      }
    }
  }

  @Test func noByteOfThemStaysInTheFilesOfADeletedVolume() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    let canary = Array("CANARY-93e1".utf8)
    try await store.add(1)
    try await store.addThumbnail(Self.bytes(1) + canary, ofInput: Sample.digest(1))
    func holders() throws -> [String] {
      try folder.names.filter { name in
        let bytes = try folder.bytes(name)
        return bytes.indices.contains {
          bytes[$0] == canary[0] && bytes[$0...].starts(with: canary)
        }
      }
    }
    #expect(try !holders().isEmpty)
    #expect(try await store.deleteVolume(id: Self.id(1)))
    #expect(try holders().isEmpty)
    store.close()
  }

  @Test(.timeLimit(.minutes(30))) func aDamagedFileCostsOnlyTheRowsOnItsDamagedPages() async throws
  {
    let folder = try TemporaryFolder()
    let filled = try Store(path: folder.store)
    let count = 40
    for n in 0..<count { try await add(n, filled) }
    filled.close()
    let pages = try StorePages(folder)
    var random = SplitMix(seed: 23)
    func left(_ bytes: [UInt8]) async throws -> (rows: Int, wrong: Int) {
      let copy = try TemporaryFolder()
      try copy.write(bytes, to: "store.db")
      let store = try Store(path: copy.store)
      #expect(await store.checked() != .failed)
      var rows = 0
      for n in 0..<count {
        guard let found = try await store.thumbnail(ofVolume: Self.id(n))?.bytes else { continue }
        #expect(found == Self.bytes(n))
        rows += 1
      }
      #expect(try store.countVolumesNow() == count && store.searchedIDs().count == count)
      #expect(try store.check().isEmpty)
      defer { store.close() }
      return (rows, store.quarantined)
    }
    // Rows of this table are never taken for voxels or embeddings, so that nothing else counts as wrong.
    let (inner, leaves) = try pages.pages(of: "thumbnail")
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
    #expect(rest.rows < count && rest.rows >= count - 9)
  }
}
