import GRDB
import Glibc
import Testing

@testable import Storage

/// How connections and files are set up.
@Suite struct SettingsTests {
  private static func pragma(_ name: String, _ database: Database) throws -> String {
    try database.firstRow("PRAGMA \(name)") { $0.text(0) ?? "\($0.integer(0) ?? -1)" } ?? ""
  }

  @Test func theWriterCommitsToTheDiskAndReadersOnlyRead() throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    let database = try store.sqlite.access().get()
    let both = [
      "journal_mode": "wal", "foreign_keys": "1", "trusted_schema": "0", "cell_size_check": "1",
      "secure_delete": "1", "mmap_size": "0", "busy_timeout": "2000", "page_size": "8192",
      "synchronous": "2",
    ]
    let writer = [
      "journal_size_limit": "67108864", "query_only": "0", "wal_autocheckpoint": "1000",
    ]
    let reader = ["query_only": "1", "wal_autocheckpoint": "0"]
    try database.writeWithoutTransaction { connection in
      for (name, value) in both.merging(writer, uniquingKeysWith: { $1 }) {
        let found = try Self.pragma(name, connection)
        #expect(found == value, "writer's \(name)")
      }
    }
    try database.read { connection in
      for (name, value) in both.merging(reader, uniquingKeysWith: { $1 }) {
        let found = try Self.pragma(name, connection)
        #expect(found == value, "reader's \(name)")
      }
      #expect(throws: SQLiteFailure.self) { try connection.run("DELETE FROM volume") }
    }
    store.close()
  }

  @Test func anotherOpeningOfTheSameFileIsRefusedUntilTheFirstIsClosed() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    #expect(throws: StoreError.inUse) { try Store(path: folder.store) }
    store.close()
    #expect(throws: StoreError.closed) { try store.countVolumesNow() }
    let second = try Store(path: folder.store)
    second.close()
    // Closed in order, nothing but the file and the lock stay.
    #expect(folder.names == ["store.db", "store.db.lock"])
  }

  @Test func theFolderAndTheFilesAreTheOwnersAlone() async throws {
    let folder = try TemporaryFolder()
    let inner = "\(folder.path)/inner"
    let store = try Store(path: "\(inner)/store.db")
    try await store.add(1)
    for (name, mode) in [
      ("", 0o700), ("/store.db", 0o600), ("/store.db-wal", 0o600), ("/store.db-shm", 0o600),
      ("/store.db.lock", 0o600),
    ] {
      var status = stat()
      #expect(stat(inner + name, &status) == 0)
      #expect(status.st_mode & 0o777 == mode_t(mode), "\(name)")
    }
    store.close()
    for name in ["store.db", "store.db.lock"] { unlink("\(inner)/\(name)") }
    rmdir(inner)
  }

  @Test func aLinkAFolderAndAMissingParentAreRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write([], to: "target")
    symlink("\(folder.path)/target", "\(folder.path)/link.db")
    #expect(throws: StoreError.file(errno: ELOOP)) { try Store(path: "\(folder.path)/link.db") }
    symlink("\(folder.path)/target", "\(folder.store).lock")
    #expect(throws: StoreError.file(errno: ELOOP)) { try Store(path: folder.store) }
    #expect(throws: StoreError.file(errno: ENOENT)) {
      try Store(path: "\(folder.path)/none/none/store.db")
    }
    #expect(throws: StoreError.file(errno: ENOTDIR)) {
      try Store(path: "\(folder.path)/target/store.db")
    }
    #expect(try folder.bytes("target").isEmpty)
  }

  @Test func aFileOfALaterProgramIsRefusedUntouched() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.add(1)
    try await store.sqlite.access().get().writeWithoutTransaction {
      try $0.run("INSERT INTO grdb_migrations VALUES ('999 later')")
    }
    store.close()
    let before = try folder.bytes("store.db")
    #expect(
      throws: StoreError.newerSchema(found: StoreSchema.version + 1, known: StoreSchema.version)
    ) { try Store(path: folder.store) }
    #expect(try folder.bytes("store.db") == before)
  }

  @Test func aFileOfAnotherProgramIsRefusedUntouched() throws {
    let folder = try TemporaryFolder()
    let other = try DatabaseQueue(path: folder.store)
    try other.writeWithoutTransaction { try $0.execute(sql: "CREATE TABLE t (a)") }
    try other.close()
    let before = try folder.bytes("store.db")
    #expect(throws: StoreError.foreign) { try Store(path: folder.store) }
    #expect(try folder.bytes("store.db") == before)
  }

  @Test func afterALostWriteNothingMoreIsWrittenAndReadsGoOn() async throws {
    for code in [Int32(1034), 1290] {
      try await Place.memory.withStore { (store) async throws in
        try await store.add(1)
        let lost = StoreError.failed(code: code)
        #expect(store.sqlite.storeError(for: SQLiteFailure(code: code, systemError: EIO)) == lost)
        #expect(store.state == .failed)
        await #expect(throws: lost) { try await store.add(2) }
        #expect(throws: lost) { try store.vacuum() }
        #expect(try store.searchedIDs() == ["sha256-1"])
      }
    }
  }

  @Test func whileAnotherHoldsTheLockWritesAreBusyAndReadsGoOn() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.add(1)
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: folder.store, configuration: configuration)
    try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let start = ContinuousClock.now
    await #expect(throws: StoreError.busy) { try await store.add(2) }
    #expect(ContinuousClock.now - start > .milliseconds(1900))
    #expect(try await store.volume(id: "sha256-1", space: Sample.space) != nil)
    #expect(try store.searchedIDs() == ["sha256-1"])
    try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    try await store.add(2)
    #expect(try store.countVolumesNow() == 2)
    try other.close()
    store.close()
  }
}
