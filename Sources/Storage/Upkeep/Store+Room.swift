import Synchronization

extension Store {
  /// The level of free space on the store's disk.
  public var room: StoreRoom { engine.room }

  /// Free bytes on the store's disk in addition to the reserve; nil if unknown.
  public var freeBytes: Int? { engine.freeBytes }

  /// Bytes reserved for deletions.
  public var reserveBytes: Int { engine.reserveBytes }

  /// Maximum size in bytes of all diagnoses; 0 for unlimited.
  public var diagnosisByteLimit: Int { limits.diagnosisBytes }

  /// Sets the handler that is called when ``room`` changes. The handler must not call the store.
  public func onRoomChange(_ handler: @escaping @Sendable (StoreRoom) -> Void) {
    shared.withLock { $0.roomHandler = handler }
  }

  /// What an acknowledged write survives, according to the database server; nil for SQLite.
  public var durability: StoreDurability? { engine.durability }

  /// Sets the handler of ``durability``. It is called soon after the first call of ``examineSurroundings()``, and when
  /// the server's settings have changed.
  public func onDurabilityChange(_ handler: @escaping @Sendable (StoreDurability) -> Void) {
    shared.withLock { $0.durabilityHandler = handler }
  }

  /// Checks that the store's file is still at its path, and measures the free space. Does not read the disk. Asks a
  /// database server for its settings twice a minute. Reports faults to the handlers and in ``state`` and ``room``. Does
  /// not wait. Call this every few seconds.
  public func examineSurroundings() { engine.examineSurroundings() }

  /// Compacts the file. Other writes wait meanwhile. The disk must have space for a second copy of the file.
  public func vacuum() throws(StoreError) { try engine.vacuum() }
}
