import Files
import GRDB
import Synchronization
import Testing

@testable import Storage

/// What a damaged file costs: rows at most, never a crash, never a wrong row.
@Suite struct DamageTests {
  private static let count = 200
  private static let page = StoreSchema.pageSize

  /// A store with many volumes, as it lies on the disk after it was closed.
  private static func filled() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.addVolumes((0..<count).map { Sample.entry($0) }, space: Sample.space)
    for n in 0..<20 { try await store.addReport(Sample.report(n)) }
    _ = try await store.putPromptSet("mine", document: [1, 2], createdAt: 3)
    store.close()
    return folder
  }

  /// Changes the file, opens and checks it, and demands that all that is there is right.
  ///
  /// - Returns: The volumes that are left and the state.
  private static func left(
    _ what: String, of folder: TemporaryFolder, _ change: (inout [UInt8]) -> Void
  ) async throws -> (volumes: Int, state: StoreState) {
    let copy = try TemporaryFolder()
    var bytes = try folder.bytes("store.db")
    change(&bytes)
    try copy.write(bytes, to: "store.db")
    return try await left(what, in: copy)
  }

  private static func left(_ what: String, in copy: TemporaryFolder) async throws
    -> (volumes: Int, state: StoreState)
  {
    let store = try Store(path: copy.store)
    // Before the file was read through, calls may fail but give nothing wrong.
    try? store.forEachSearchRow(space: Sample.space) { id, _, row in
      #expect(isRight(id, row), "\(what)")
    }
    let state = await store.checked()
    var volumes = 0
    try store.forEachSearchRow(space: Sample.space) { id, _, row in
      volumes += 1
      #expect(isRight(id, row), "\(what)")
    }
    for entry in try await store.entries(space: Sample.space, limit: count * 2) {
      let n = entry.record.byteCount - 1
      #expect(entry == Sample.entry(n), "\(what)")
    }
    for report in try await store.reports(limit: 100) {
      let n = Int(report.id.dropFirst(7)) ?? -1
      #expect(report == Sample.report(n), "\(what)")
    }
    try await store.add(count + 1)
    #expect(try store.check().isEmpty, "\(what)")
    if case .recovered(let name) = state { #expect(copy.names.contains(name), "\(what)") }
    store.close()
    // What was rebuilt is sound.
    let again = try Store(path: copy.store)
    #expect(await again.checked() == .ok, "\(what)")
    again.close()
    return (volumes, state)
  }

  private static func isRight(_ id: String, _ row: UnsafeBufferPointer<Float>) -> Bool {
    guard let n = Int(id.dropFirst(7)) else { return false }
    return Array(row) == Sample.embedding(n).searchRow
  }

  @Test func eachPageOverwrittenCostsThePageAtMost() async throws {
    let folder = try await Self.filled()
    var random = SplitMix(seed: 5)
    let pages = try folder.bytes("store.db").count / Self.page
    #expect(pages > 20)
    var lost: [Int] = []
    for page in 0..<pages {
      let left = try await Self.left("page \(page)", of: folder) { bytes in
        for index in 0..<Self.page { bytes[page * Self.page + index] = random.byte() }
      }
      #expect(left.state != .failed, "page \(page)")
      lost.append(Self.count - left.volumes)
    }
    // A page costs the rows on it, those that overflow to it, and those that need them; none leads to others.
    #expect(lost.allSatisfy { $0 < 80 }, "\(lost)")
  }

  @Test func aZeroedHeaderOrFirstPageCostsNothing() async throws {
    let folder = try await Self.filled()
    for count in [16, 100, Self.page] {
      let left = try await Self.left("zeroed \(count)", of: folder) { bytes in
        for index in 0..<count { bytes[index] = 0 }
      }
      #expect(left.volumes == Self.count, "zeroed \(count)")
      guard case .recovered = left.state else {
        Issue.record("zeroed \(count): \(left.state)")
        continue
      }
    }
  }

  @Test func aFileCutAnywhereOpens() async throws {
    let folder = try await Self.filled()
    let size = try folder.bytes("store.db").count
    for length in [1, 99, 100, 4096, Self.page, Self.page + 1, size / 3, size * 2 / 3, size - 1] {
      let left = try await Self.left("cut to \(length)", of: folder) { bytes in
        bytes.removeLast(bytes.count - length)
      }
      #expect(left.volumes <= Self.count, "cut to \(length)")
      if length == size - 1 { #expect(left.volumes > Self.count / 2) }
    }
    // An empty file is a new store.
    let left = try await Self.left("empty", of: folder) { $0 = [] }
    #expect(left.volumes == 0)
    #expect(left.state == .ok)
  }

  @Test func singleBitsThatChangeGiveNothingWrong() async throws {
    let folder = try await Self.filled()
    var random = SplitMix(seed: 77)
    for turn in 0..<20 {
      let left = try await Self.left("turn \(turn)", of: folder) { bytes in
        for _ in 0..<20 {
          let place = Int(random.next() % UInt64(bytes.count))
          bytes[place] ^= 1 << UInt8(random.next() % 8)
        }
      }
      #expect(left.state != .failed)
    }
  }

  @Test func aKilledStoresLogIsReadWithOrWithoutItsIndexAndGarbageInItIsNotBelieved() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    // The first write of a run empties the log.
    try await store.addVolumes([Sample.entry(0)], space: Sample.space)
    try await store.addVolumes((1..<Self.count).map { Sample.entry($0) }, space: Sample.space)
    let killed = try folder.copyOfStore()
    store.close()
    for (what, change) in [
      ("as it is", { _ in }),
      ("no index", { folder in try FileSystem.remove("\(folder.store)-shm") }),
      (
        "index of garbage",
        { folder in try folder.write([UInt8](repeating: 0xa5, count: 32768), to: "store.db-shm") }
      ),
    ] as [(String, (TemporaryFolder) throws -> Void)] {
      let copy = try killed.copyOfStore()
      try change(copy)
      let left = try await Self.left(what, in: copy)
      #expect(left.volumes == Self.count, "\(what)")
      #expect(left.state == .ok, "\(what)")
    }
    var random = SplitMix(seed: 3)
    for turn in 0..<10 {
      let copy = try killed.copyOfStore()
      var log = try copy.bytes("store.db-wal")
      let start = Int(random.next() % UInt64(log.count))
      for index in start..<min(start + 5000, log.count) { log[index] = random.byte() }
      try copy.write(log, to: "store.db-wal")
      _ = try await Self.left("log, turn \(turn)", in: copy)
    }
    let copy = try killed.copyOfStore()
    try copy.write((0..<100_000).map { _ in random.byte() }, to: "store.db-wal")
    _ = try await Self.left("log of garbage", in: copy)
  }

  @Test func damageThatComesWhileInUseIsAnErrorAndThenRebuilt() async throws {
    let folder = try await Self.filled()
    let store = try Store(path: folder.store)
    #expect(await store.checked() == .ok)
    var bytes = try folder.bytes("store.db")
    // All but the first page, which is in the connections' memory.
    for index in Self.page..<bytes.count { bytes[index] = 0xff }
    try folder.write(bytes, to: "store.db")
    (try store.sqlite.access().get() as? DatabasePool)?.releaseMemory()
    await #expect(throws: StoreError.corrupt) { try await store.volumes(limit: 500) }
    await #expect(throws: StoreError.corrupt) { try await store.add(9999) }
    #expect(throws: StoreError.corrupt) { try store.searchedIDs() }
    #expect(store.state == .failed)
    guard case .recovered = await store.checked() else {
      Issue.record("\(store.state)")
      return
    }
    try await store.add(1)
    #expect(try store.searchedIDs() == ["sha256-1"])
    store.close()
  }

  @Test func aCrashAtAnyStepOfTheSwapEndsInTheNewFile() async throws {
    let folder = try await Self.filled()
    let rebuilt = try folder.bytes("store.db")
    let copy = try TemporaryFolder()
    try copy.write(rebuilt, to: "store.db.rebuilt")
    try copy.write([1, 2, 3], to: "store.db-wal")
    try copy.write([1, 2, 3], to: "store.db")
    let store = try Store(path: copy.store)
    #expect(await store.checked() == .ok)
    #expect(try store.countVolumesNow() == Self.count)
    store.close()
    #expect(copy.names.allSatisfy { $0 != "store.db.rebuilt" && $0 != "store.db.salvage" })
    // Before the decision, the old file counts and what was half made goes.
    try copy.write([9, 9], to: "store.db.salvage")
    let again = try Store(path: copy.store)
    #expect(try again.countVolumesNow() == Self.count)
    again.close()
    #expect(copy.names.allSatisfy { $0 != "store.db.rebuilt" && $0 != "store.db.salvage" })
  }
}

/// A small generator with a seed.
struct SplitMix {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }
}
