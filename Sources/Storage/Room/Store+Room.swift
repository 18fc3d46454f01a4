import GRDB
import Synchronization

extension Store {
  /// The level of free space on the store's disk.
  public var room: StoreRoom { reserve?.room ?? .ample }

  /// Free bytes on the store's disk in addition to the reserve; nil if unknown.
  public var freeBytes: Int? { reserve?.freeBytes }

  /// Bytes reserved for deletions.
  public var reserveBytes: Int { reserve?.byteCount ?? 0 }

  /// Maximum size in bytes of all diagnoses; 0 for unlimited.
  public var diagnosisByteLimit: Int { limits.diagnosisBytes }

  /// Sets the handler that is called when ``room`` changes. The handler must not call the store.
  public func onRoomChange(_ handler: @escaping @Sendable (StoreRoom) -> Void) {
    shared.withLock { $0.roomHandler = handler }
  }

  /// Checks that the store's file is still at its path, and measures the free space. Does not read the disk. Reports
  /// faults to the handlers and in ``state`` and ``room``. Call this every few seconds.
  public func examineSurroundings() {
    let file: StoreFile? = shared.withLock { shared in
      guard case .success = shared.access, shared.lostWrite == nil else { return nil }
      return shared.file
    }
    guard let file else { return }
    // During a rebuild, the file is replaced and `access` contains an error.
    if !file.isInPlace(), shared.withLock({ (try? $0.access.get()) != nil }) {
      _ = storeError(for: StoreError.displaced)
    }
    reserve?.make()
    if let change = reserve?.change() { shared.withLock { $0.roomHandler }?(change) }
  }

  /// Requires space for data that need not be stored.
  ///
  /// - Throws: ``StoreError/lowSpace``.
  func requireRoom(forOptional bytes: Int, in database: Database) throws {
    guard let reserve else { return }
    let unused = try database.integer("PRAGMA freelist_count") ?? 0
    guard reserve.admits(bytes, unused: unused * StoreSchema.pageSize) else {
      throw StoreError.lowSpace
    }
  }
}
