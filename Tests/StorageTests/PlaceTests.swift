import Files
import Glibc
import Synchronization
import Testing

@testable import Storage

/// A store's file that is deleted, moved or linked while it is open, or has two names.
@Suite struct PlaceTests {
  /// What happens to the file of an open store.
  private static let displacements: [(name: String, change: @Sendable (String) throws -> Void)] = [
    ("deleted", { try FileSystem.remove($0) }),
    (
      "deleted with its log",
      { store in for suffix in ["", "-wal", "-shm"] { try FileSystem.remove("\(store)\(suffix)") } }
    ),
    ("moved", { try FileSystem.move($0, to: "\($0).elsewhere") }),
    ("linked", { try FileSystem.link($0, to: "\($0).second") }),
    (
      "replaced",
      { store in
        try FileSystem.create("\(store).other")
        try FileSystem.move("\(store).other", to: store)
      }
    ),
    ("log deleted", { try FileSystem.remove("\($0)-wal") }),
    (
      "log replaced",
      { store in
        try FileSystem.remove("\(store)-wal")
        try FileSystem.create("\(store)-wal")
      }
    ),
  ]

  @Test(arguments: displacements.map(\.name))
  func nothingIsAcknowledgedOnceTheFileIsNotInItsPlace(_ name: String) async throws {
    let change = try #require(Self.displacements.first { $0.name == name }).change
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    let told = Mutex<[StoreError]>([])
    store.onLostWrite { error in told.withLock { $0.append(error) } }
    try await store.add(1)
    try await store.add(2)
    try change(folder.store)
    await #expect(throws: StoreError.displaced) { try await store.add(3) }
    await #expect(throws: StoreError.displaced) { try await store.deleteVolume(id: "sha256-1") }
    await #expect(throws: StoreError.displaced) {
      try await store.addDiagnosis(
        DiagnosisRecord(id: "d", createdAt: 1, volumeID: "sha256-1", document: []))
    }
    #expect(told.withLock { $0 } == [.displaced])
    #expect(store.state == .failed)
    store.close()
  }

  @Test(arguments: displacements.map(\.name))
  func aLookFromTimeToTimeFindsItToo(_ name: String) async throws {
    let change = try #require(Self.displacements.first { $0.name == name }).change
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    #expect(await store.checked() == .ok)
    let told = Mutex(0)
    store.onLostWrite { _ in told.withLock { $0 += 1 } }
    try await store.add(1)
    for _ in 0..<3 { store.examineSurroundings() }
    #expect(store.state == .ok && told.withLock { $0 } == 0)
    try change(folder.store)
    for _ in 0..<3 { store.examineSurroundings() }
    #expect(store.state == .failed && told.withLock { $0 } == 1)
    store.close()
  }

  @Test func aChangeDuringATransactionIsNotAcknowledged() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.add(1)
    let path = folder.store
    await #expect(throws: StoreError.displaced) {
      try await store.writing { database, _ in
        try database.run("DELETE FROM volume")
        try FileSystem.link(path, to: "\(path).second")
      }
    }
    #expect(store.state == .failed)
    store.close()
  }

  @Test func aFileOfTwoNamesIsNotOpenedByEither() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.add(1)
    let other = "\(folder.path)/other.db"
    try FileSystem.link(folder.store, to: other)
    #expect(throws: StoreError.linked) { try Store(path: other) }
    store.close()
    #expect(throws: StoreError.linked) { try Store(path: folder.store) }
    try FileSystem.remove(other)
    let again = try Store(path: folder.store)
    #expect(try again.countVolumesNow() == 1)
    again.close()
  }

  /// A crash may leave the second name of a damaged file, and the first one of a backup.
  @Test(arguments: ["store.db.corrupt-1700000000", "store.db.partial"])
  func aNameThatACrashLeftIsTakenAway(_ name: String) async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.add(1)
    store.close()
    try FileSystem.link(folder.store, to: "\(folder.path)/\(name)")
    try folder.write([1], to: "store.db.corrupt-1600000000")
    let again = try Store(path: folder.store)
    #expect(try again.countVolumesNow() == 1)
    again.close()
    #expect(!folder.names.contains(name))
    #expect(folder.names.contains("store.db.corrupt-1600000000"))
  }

  @Test func aRebuiltFileIsInItsPlace() async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.add(1)
    store.close()
    var bytes = try folder.bytes("store.db")
    for index in 0..<100 { bytes[index] = 0 }
    try folder.write(bytes, to: "store.db")
    let again = try Store(path: folder.store)
    try await again.add(2)
    again.examineSurroundings()
    #expect(again.state != .failed)
    #expect(try again.countVolumesNow() == 2)
    again.close()
  }
}
