import Files
import GRDB
import Glibc
import Synchronization
import Testing

@testable import Storage

/// A disk that the test fills as it likes.
private final class FakeDisk: Sendable {
  private let free: Mutex<Int>
  private let size: Int

  init(free: Int, size: Int = 1 << 34) {
    self.free = Mutex(free)
    self.size = size
  }

  func set(free bytes: Int) { free.withLock { $0 = bytes } }

  func limits(reserve: Int, diagnoses: Int = 0) -> StoreLimits {
    var limits = StoreLimits()
    limits.reserveBytes = reserve
    limits.diagnosisBytes = diagnoses
    limits.measure = { _ in (self.free.withLock { $0 }, self.size) }
    return limits
  }
}

@Suite struct RoomTests {
  private static func diagnosis(_ n: Int, bytes: Int) -> DiagnosisRecord {
    DiagnosisRecord(
      id: "d\(n)", createdAt: n, volumeID: "sha256-1",
      document: [UInt8](repeating: UInt8(n & 255), count: bytes))
  }

  @Test func diagnosesStopBeforeTheDiskIsFullAndTheRestGoesOn() async throws {
    let folder = try TemporaryFolder()
    let disk = FakeDisk(free: 1 << 30)
    let store = try Store(path: folder.store, limits: disk.limits(reserve: 1 << 20))
    #expect(folder.names.contains("store.db.reserve"))
    #expect(FileSystem.byteCount(of: "\(folder.store).reserve") == 1 << 20)
    let levels = Mutex<[StoreRoom]>([])
    store.onRoomChange { level in levels.withLock { $0.append(level) } }
    try await store.add(1)
    #expect(try await store.addDiagnosis(Self.diagnosis(1, bytes: 1000)))
    #expect(store.room == .ample)
    for (free, level) in [
      (1 << 21, StoreRoom.ample), ((1 << 21) - 1, .low), (600_000, .low), (100, .full),
      (1 << 30, .ample),
    ] {
      disk.set(free: free)
      #expect(store.room == level, "\(free)")
      store.examineSurroundings()
      store.examineSurroundings()
      if level == .ample {
        #expect(try await store.addDiagnosis(Self.diagnosis(2, bytes: 1000)))
      } else {
        await #expect(throws: StoreError.lowSpace, "\(free)") {
          try await store.addDiagnosis(Self.diagnosis(2, bytes: 1000))
        }
      }
      // The disk is not really full.
      try await store.add(2)
      #expect(try await store.deleteVolume(id: "sha256-2"))
    }
    #expect(levels.withLock { $0 } == [.low, .full, .ample])
    store.close()
  }

  @Test func whatADiagnosisLeftInTheFileMakesRoomForAnother() async throws {
    let folder = try TemporaryFolder()
    let disk = FakeDisk(free: 1 << 30)
    let store = try Store(path: folder.store, limits: disk.limits(reserve: 1 << 20))
    try await store.add(1)
    try await store.add(2)
    var large = Self.diagnosis(1, bytes: 500_000)
    large.volumeID = "sha256-2"
    #expect(try await store.addDiagnosis(large))
    #expect(try await store.deleteVolume(id: "sha256-2"))
    disk.set(free: 800_000)
    #expect(store.room == .low)
    #expect(try await store.addDiagnosis(Self.diagnosis(2, bytes: 100_000)))
    await #expect(throws: StoreError.lowSpace) {
      try await store.addDiagnosis(Self.diagnosis(3, bytes: 400_000))
    }
    store.close()
  }

  @Test func diagnosesHaveALimitThatDeletionsGiveBack() async throws {
    let folder = try TemporaryFolder()
    let disk = FakeDisk(free: 1 << 40)
    let limits = disk.limits(reserve: 0, diagnoses: 10_000)
    var store = try Store(path: folder.store, limits: limits)
    try await store.add(1)
    try await store.add(2)
    #expect(try await store.addDiagnosis(Self.diagnosis(1, bytes: 6000)))
    await #expect(throws: StoreError.quota(bytes: 10_000)) {
      try await store.addDiagnosis(Self.diagnosis(2, bytes: 4001))
    }
    #expect(try await store.addDiagnosis(Self.diagnosis(2, bytes: 4000)))
    // The same diagnosis again takes its own place.
    #expect(try await store.addDiagnosis(Self.diagnosis(2, bytes: 3999)))
    await #expect(throws: StoreError.quota(bytes: 10_000)) {
      try await store.addDiagnosis(Self.diagnosis(3, bytes: 2))
    }
    store.close()
    // A new process counts what is there.
    store = try Store(path: folder.store, limits: limits)
    await #expect(throws: StoreError.quota(bytes: 10_000)) {
      try await store.addDiagnosis(Self.diagnosis(3, bytes: 2))
    }
    #expect(try await store.addDiagnosis(Self.diagnosis(3, bytes: 1)))
    #expect(try await store.deleteAll(createdBefore: 2).isEmpty)
    #expect(try await store.addDiagnosis(Self.diagnosis(4, bytes: 6000)))
    #expect(try await store.deleteVolume(id: "sha256-1"))
    try await store.add(1)
    #expect(try await store.addDiagnosis(Self.diagnosis(5, bytes: 10_000)))
    store.close()
  }

  @Test func theLimitOfDiagnosesHoldsForAllProcessesOfADatabase() async throws {
    let database = try SharedDatabase()
    var limits = StoreLimits()
    limits.diagnosisBytes = 10_000
    let one = try Store(path: database.address, limits: limits, isShared: true)
    let other = try Store(path: database.address, limits: limits, isShared: true)
    func expectTotal() throws {
      let counted = try database.number("SELECT coalesce(sum(length(document)), 0) FROM diagnosis")
      #expect(try database.number("SELECT bytes FROM diagnosis_total") == counted)
    }
    try await one.add(1)
    try await one.add(2)
    #expect(try await one.addDiagnosis(Self.diagnosis(1, bytes: 6000)))
    await #expect(throws: StoreError.quota(bytes: 10_000)) {
      try await other.addDiagnosis(Self.diagnosis(2, bytes: 4001))
    }
    #expect(try await other.addDiagnosis(Self.diagnosis(2, bytes: 4000)))
    try expectTotal()
    // The same diagnosis again takes its own place.
    #expect(try await one.addDiagnosis(Self.diagnosis(2, bytes: 3999)))
    await #expect(throws: StoreError.quota(bytes: 10_000)) {
      try await one.addDiagnosis(Self.diagnosis(3, bytes: 2))
    }
    try expectTotal()
    #expect(try await other.deleteVolume(id: "sha256-1"))
    try expectTotal()
    try await other.add(1)
    #expect(try await one.addDiagnosis(Self.diagnosis(5, bytes: 10_000)))
    // A wrong row is set aside, and no longer counts.
    try database.run("UPDATE diagnosis SET document = substr(document, 2)")
    try expectTotal()
    #expect(try await other.diagnosis(id: "d5") == nil)
    try expectTotal()
    #expect(try await one.addDiagnosis(Self.diagnosis(6, bytes: 10_000)))
    #expect(try await other.deleteAll(createdBefore: 5_000).count == 2)
    #expect(try database.number("SELECT bytes FROM diagnosis_total") == 0)
    one.close()
    other.close()
  }

  @Test func diagnosesAndDeletionsOfOneVolumeEndTogether() async throws {
    let database = try SharedDatabase()
    let stores = try (0..<2).map { _ in try database.store() }
    for round in 0..<20 {
      try await stores[0].add(1)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<4 {
          group.addTask {
            _ = try await stores[number % 2].addDiagnosis(
              Self.diagnosis(10 * round + number, bytes: 100))
          }
        }
        group.addTask { _ = try await stores[1].deleteVolume(id: "sha256-1") }
        try await group.waitForAll()
      }
      _ = try await stores[0].deleteVolume(id: "sha256-1")
      #expect(try database.number("SELECT bytes FROM diagnosis_total") == 0)
      #expect(try database.number("SELECT count(*) FROM diagnosis") == 0)
    }
    // Nobody waited for the server to break a deadlock.
    let deadlocks = try database.number(
      "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    #expect(deadlocks == 0)
    for store in stores { store.close() }
  }

  @Test func aDeletionOfMuchIsDoneInPiecesThatTheReserveCanHold() async throws {
    let folder = try TemporaryFolder()
    let disk = FakeDisk(free: 1 << 30)
    let store = try Store(path: folder.store, limits: disk.limits(reserve: 1 << 20))
    for n in 0..<4 { try await store.add(n) }
    for n in 0..<40 { #expect(try await store.addDiagnosis(Self.diagnosis(n, bytes: 100_000))) }
    // Each piece empties the log; so a copy made while it works shows how large the log gets.
    let largest = Mutex(0)
    let path = folder.store
    let pool = try #require(store.sqlite.access().get() as? DatabasePool)
    pool.add(
      transactionObserver: LogWatch { _ in
        let size = FileSystem.byteCount(of: "\(path)-wal")
        largest.withLock { $0 = max($0, size) }
      }, extent: .databaseLifetime)
    let told = Mutex(0)
    #expect(try await store.deleteVolume(id: "sha256-1") { told.withLock { $0 += 1 } })
    #expect(told.withLock { $0 } == 1)
    #expect(largest.withLock { $0 } < 1 << 20)
    for n in 0..<40 { #expect(try await store.diagnosis(id: "d\(n)") == nil) }
    #expect(try store.countVolumesNow() == 3)
    let gone = try await store.deleteAll(createdBefore: 2000)
    #expect(gone.sorted() == ["sha256-0", "sha256-2", "sha256-3"])
    #expect(try store.countVolumesNow() == 0)
    #expect(try store.check().isEmpty)
    store.close()
  }

  @Test func theReserveIsMadeOfRealBlocksASixteenthOfTheDiskAtMostAndOnlyWithRoom() async throws {
    for (free, size, expected) in [
      (1 << 30, 1 << 34, 1 << 20), (1 << 30, 1 << 22, 1 << 18), (1000, 1 << 34, 0),
    ] {
      let folder = try TemporaryFolder()
      let disk = FakeDisk(free: free, size: size)
      let store = try Store(path: folder.store, limits: disk.limits(reserve: 1 << 20))
      var status = stat()
      let isThere = stat("\(folder.store).reserve", &status) == 0
      #expect(isThere == (expected > 0))
      #expect(Int(status.st_blocks) * 512 >= expected)
      #expect(isThere ? Int(status.st_size) == expected : true)
      store.close()
      // The next process takes it over.
      let again = try Store(path: folder.store, limits: disk.limits(reserve: 1 << 20))
      #expect(FileSystem.byteCount(of: "\(folder.store).reserve") == expected)
      again.close()
    }
  }

  @Test func aDeletionThatFindsNoRoomTakesTheReserveAndGivesItBack() async throws {
    let folder = try TemporaryFolder()
    let disk = FakeDisk(free: 1 << 30)
    let store = try Store(path: folder.store, limits: disk.limits(reserve: 1 << 20))
    try await store.add(1)
    let path = folder.store
    let tries = Mutex(0)
    // SQLite's own error for a full disk, as long as the reserve is there.
    try await store.writing(erasing: true) { database, _ in
      tries.withLock { $0 += 1 }
      if FileSystem.exists("\(path).reserve") { throw SQLiteFailure(code: 13, systemError: 28) }
      try database.run("DELETE FROM volume")
    }
    #expect(tries.withLock { $0 } == 2)
    #expect(try store.countVolumesNow() == 0)
    #expect(FileSystem.exists("\(path).reserve"))
    // Other changes do not get it.
    await #expect(throws: StoreError.full) {
      try await store.writing { _, _ in throw SQLiteFailure(code: 13, systemError: 28) }
    }
    #expect(FileSystem.exists("\(path).reserve"))
    store.close()
  }
}

/// Calls a closure when a transaction is about to be committed.
private final class LogWatch: TransactionObserver {
  private let body: (Database) -> Void

  init(_ body: @escaping (Database) -> Void) { self.body = body }

  func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
  func databaseDidChange(with event: DatabaseEvent) {}
  func databaseDidCommit(_ database: Database) { body(database) }
  func databaseDidRollback(_ database: Database) {}
}
