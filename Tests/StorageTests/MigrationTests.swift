import Files
import GRDB
import Glibc
import TestSupport
import Testing

@testable import Storage

/// Stores of earlier versions, which are copied and then migrated.
@Suite struct MigrationTests {
  /// Makes a file with the tables of an earlier version, and one volume.
  private static func makeFile(_ path: String, version: Int, volume: Int = 1) throws {
    let queue = try DatabasePool(path: path)
    try StoreSchema.migrations.migrate(
      queue, upTo: StoreSchema.migrations.migrations[version - 1])
    try queue.write { database in
      try Sample.volume(volume).insert(in: database)
      try EmbeddingTable.insert(
        KeyedVector(
          space: Sample.space, key: Sample.digest(volume), values: Sample.embedding(volume).values),
        searchRow: Sample.embedding(volume).searchRow, in: database)
    }
    try queue.close()
  }

  private static func ids(_ path: String) throws -> [String] {
    let queue = try StoreOpening.readOnly(path)
    defer { try? queue.close() }
    #expect(try queue.read { try Store.lines($0) }.isEmpty)
    return try queue.read { try String.fetchAll($0, sql: "SELECT id FROM volume ORDER BY 1") }
  }

  @Test(arguments: 1..<StoreSchema.version)
  func anEarlierFileIsCopiedBeforeItIsMigrated(_ version: Int) async throws {
    let folder = try TemporaryFolder()
    try Self.makeFile(folder.store, version: version)
    try #require(chmod(folder.store, 0o640) == 0)
    let store = try Store(path: folder.store)
    let copy = "\(folder.store).schema-\(version)"
    #expect(try Self.ids(copy) == ["sha256-1"])
    #expect(try StoreOpening.version(copy) == version)
    #expect(try FileStatus(of: copy).permissions == 0o640)
    #expect(
      !folder.names.contains { $0.hasSuffix(".partial") || $0.hasPrefix("store.db.schema-1-") })
    #expect(Store.migrationCopies(of: folder.store).map(\.name) == ["store.db.schema-\(version)"])
    #expect(try store.searchedIDs() == ["sha256-1"])
    try await store.add(2)
    store.close()
    #expect(try StoreOpening.version(folder.store) == StoreSchema.version)
    // The copy can be used in the store's place.
    try FileSystem.remove("\(folder.store)-wal")
    try FileSystem.move(copy, to: folder.store)
    let earlier = try Store(path: folder.store)
    #expect(try earlier.searchedIDs() == ["sha256-1"])
    earlier.close()
  }

  @Test func aCopyHasWhatIsOnlyInTheLog() throws {
    let folder = try TemporaryFolder()
    let version = StoreSchema.version - 1
    try Self.makeFile(folder.store, version: version)
    let open = try DatabasePool(path: folder.store)
    try open.write { try Sample.volume(2).insert(in: $0) }
    let killed = try folder.copyOfStore()
    try open.close()
    #expect(FileSystem.byteCount(of: "\(killed.store)-wal") > 0)
    try Store(path: killed.store).close()
    #expect(try Self.ids("\(killed.store).schema-\(version)") == ["sha256-1", "sha256-2"])
  }

  @Test func newAndCurrentFilesAreNotCopied() async throws {
    let folder = try TemporaryFolder()
    for n in 0..<2 {
      let store = try Store(path: folder.store)
      try await store.add(n)
      store.close()
    }
    // An empty file is a new store.
    try folder.write([], to: "empty.db")
    try Store(path: "\(folder.path)/empty.db").close()
    #expect(!folder.names.contains { $0.contains("schema") })
  }

  @Test func aLaterCopyOfTheSameVersionReplacesTheEarlierOne() throws {
    let folder = try TemporaryFolder()
    let version = StoreSchema.version - 1
    let copy = "\(folder.store).schema-\(version)"
    for volume in 1...2 {
      try Self.makeFile(folder.store, version: version, volume: volume)
      // What a killed process left.
      try folder.write([1, 2, 3], to: "store.db.schema-\(version).partial")
      try Store(path: folder.store).close()
      #expect(try Self.ids(copy) == ["sha256-\(volume)"])
      try StoreFile.remove(folder.store)
    }
    #expect(folder.names.filter { $0.contains("schema") } == ["store.db.schema-\(version)"])
  }

  @Test func withoutSpaceForACopyNothingIsChanged() throws {
    let folder = try TemporaryFolder()
    try Self.makeFile(folder.store, version: 2)
    let bytes = try folder.bytes("store.db")
    var limits = StoreLimits()
    limits.measure = { _ in (free: bytes.count - 1, size: 1 << 30) }
    #expect(throws: StoreError.copyNeedsSpace(bytes: bytes.count)) {
      try Store(path: folder.store, limits: limits)
    }
    #expect(try folder.bytes("store.db") == bytes)
    #expect(Store.migrationCopies(of: folder.store).isEmpty)
    limits.measure = { _ in (free: bytes.count, size: 1 << 30) }
    try Store(path: folder.store, limits: limits).close()
    #expect(Store.migrationCopies(of: folder.store).count == 1)
  }

  @Test(.enabled(if: SmallDisk.isPossible, "needs the right to mount"))
  func aDiskThatIsFullerThanItSeemsChangesNothing() throws {
    let disk = try #require(SmallDisk(megabytes: 4))
    let path = "\(disk.path)/store.db"
    try Self.makeFile(path, version: 2)
    disk.fill(but: 40_000)
    var limits = StoreLimits()
    limits.measure = { _ in nil }
    let bytes = FileSystem.byteCount(of: path)
    #expect(throws: StoreError.copyNeedsSpace(bytes: bytes)) {
      try Store(path: path, limits: limits)
    }
    #expect(try StoreOpening.version(path) == 2)
    #expect(try FileSystem.names(in: disk.path).allSatisfy { !$0.contains("schema") })
    disk.free()
    try Store(path: path, limits: limits).close()
    #expect(try StoreOpening.version(path) == StoreSchema.version)
  }

  @Test func retentionRemovesACopyWhoseDataIsAllTooOld() throws {
    let folder = try TemporaryFolder()
    try Self.makeFile(folder.store, version: 3)
    try Store(path: folder.store).close()
    let copy = try #require(Store.migrationCopies(of: folder.store).first)
    #expect(try Store.removeMigrationCopies(of: folder.store, madeBefore: copy.madeAt) == 0)
    #expect(Store.migrationCopies(of: folder.store) == [copy])
    #expect(try Store.removeMigrationCopies(of: folder.store, madeBefore: copy.madeAt + 1) == 1)
    #expect(Store.migrationCopies(of: folder.store).isEmpty)
    #expect(FileSystem.exists(folder.store))
  }

  @Test func migratingSaysTheVersions() throws {
    let folder = try TemporaryFolder()
    #expect(try Store.migrate(path: folder.store) == (0, StoreSchema.version))
    #expect(try Store.migrate(path: folder.store) == (StoreSchema.version, StoreSchema.version))
    let earlier = "\(folder.path)/earlier.db"
    try Self.makeFile(earlier, version: 2)
    #expect(try Store.migrate(path: earlier) == (2, StoreSchema.version))

    let address = try PostgresServer.newAddress()
    let version = PostgresSchema.version
    #expect(try Store.migrate(path: address) == (0, version))
    #expect(try Store.migrate(path: address) == (version, version))
    // A service that has the database open does not keep others from migrating it.
    let store = try Store(path: address)
    #expect(try Store.migrate(path: address) == (version, version))
    store.close()
    // Tables of the next version, which this program may use.
    let connection = try PostgresConnection(address)
    try connection.run("UPDATE schema SET version = version + 1")
    #expect(try Store.migrate(path: address) == (version + 1, version + 1))
    let next = try Store(path: address)
    #expect(try next.countVolumesNow() == 0)
    next.close()
    try connection.run("UPDATE schema SET oldest_reader = version")
    let error = StoreError.newerSchema(found: version + 1, known: version)
    #expect(throws: error) { try Store.migrate(path: address) }
    #expect(throws: error) { try Store(path: address) }
    #expect(throws: StoreError.unfit) { try Store.migrate(path: ":memory:") }
  }

  @Test func aFileInUseIsNotMigrated() throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    #expect(throws: StoreError.inUse) { try Store.migrate(path: folder.store) }
    store.close()
  }
}
