import Synchronization

extension Store {
  /// How much free space the store's disk has.
  public var room: StoreRoom { engine.room }

  /// The free bytes on the store's disk that are not part of the reserve; nil if unknown.
  public var freeBytes: Int? { engine.freeBytes }

  /// The number of bytes reserved for deletions.
  public var reserveBytes: Int { engine.reserveBytes }

  /// Maximum size in bytes of all diagnoses; 0 for unlimited.
  public var diagnosisByteLimit: Int { limits.diagnosisBytes }

  /// Sets the handler that is called when ``room`` changes. It must not call the store.
  public func onRoomChange(_ handler: @escaping @Sendable (StoreRoom) -> Void) {
    shared.withLock { $0.roomHandler = handler }
  }

  /// Which failures an acknowledged write survives, according to the database server; nil for SQLite.
  public var durability: StoreDurability? { engine.durability }

  /// Sets the handler that is called when ``durability`` changes. The first call happens soon after
  /// ``examineSurroundings()`` is first called. Later calls happen when the server's settings have changed.
  public func onDurabilityChange(_ handler: @escaping @Sendable (StoreDurability) -> Void) {
    shared.withLock { $0.durabilityHandler = handler }
  }

  /// Checks the surroundings of the store. Call this every few seconds.
  ///
  /// The check verifies that the store's file is still at its path, and measures the free space. It does not read the
  /// disk. It asks a database server for its settings every few seconds. The call does not wait for the result. The
  /// handlers, ``state`` and ``room`` report faults.
  public func examineSurroundings() { engine.examineSurroundings() }

  /// Compacts the file. Other writes wait until this is done. The disk must have space for a second copy of the file.
  public func vacuum() throws(StoreError) { try engine.vacuum() }
}
