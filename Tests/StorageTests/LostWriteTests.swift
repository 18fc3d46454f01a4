import GRDB
import Synchronization
import Testing

@testable import Storage

/// What was written and did not reach the disk: nobody may go on as if it had.
@Suite struct LostWriteTests {
  /// SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC.
  private static let codes: [Int32] = [1034, 1290]

  @Test(arguments: codes)
  func endsAllWritingAndIsToldOnce(_ code: Int32) async throws {
    let folder = try TemporaryFolder()
    let store = try Store(path: folder.store)
    try await store.add(1)
    let told = Mutex(0)
    store.onLostWrite { _ in told.withLock { $0 += 1 } }
    // No disk fails when it is asked to: the failure is thrown where SQLite would throw it.
    for _ in 0..<2 {
      await #expect(throws: StoreError.self) {
        try await store.writing { _, _ in throw SQLiteFailure(code: code, systemError: 28) }
      }
    }
    #expect(told.withLock { $0 } == 1)
    #expect(store.state == .failed)
    await #expect(throws: StoreError.failed(code: code)) { try await store.add(2) }
    #expect(try await store.volume(id: "sha256-1", space: Sample.space) != nil)
    store.close()
    let again = try Store(path: folder.store)
    #expect(await again.checked() == .ok)
    try await again.add(2)
  }

  @Test func otherFailuresAreNotTold() async throws {
    let store = try Store(path: ":memory:")
    store.onLostWrite { _ in Issue.record("nothing was lost") }
    await #expect(throws: StoreError.full) {
      try await store.writing { _, _ in throw SQLiteFailure(code: 13, systemError: 0) }
    }
    try await store.add(1)
  }
}
