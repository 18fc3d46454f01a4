/// Runs the transactions of a ``Store`` on one kind of database. All functions are thread-safe.
protocol StoreEngine: AnyObject, Sendable {
  /// Runs `body` in a read-only transaction. All its reads see the same state of the database.
  func reading<Value: Sendable>(
    _ body: @escaping @Sendable (any StoreConnection) throws -> Value
  ) async throws(StoreError) -> Value

  /// Like ``reading(_:)``, but blocks the calling thread.
  func readingNow<Value>(_ body: (any StoreConnection) throws -> Value) throws(StoreError) -> Value

  /// Writes in one transaction. When this function returns, the transaction is on the disk.
  ///
  /// - Parameters:
  ///   - erasing: Whether the transaction deletes data that must not be recoverable.
  ///   - committed: Called when the transaction is on the disk and before the next one starts. It must not call
  ///     the store.
  func writing<Value: Sendable>(
    erasing: Bool, committed: @escaping @Sendable (Value) -> Void,
    _ body: @escaping @Sendable (any StoreConnection) throws -> Value
  ) async throws(StoreError) -> Value

  /// Like ``writing(erasing:committed:_:)``, but blocks the calling thread.
  func writingNow<Value>(_ body: (any StoreConnection) throws -> Value) throws(StoreError) -> Value

  /// Whether no other process can use the database while this engine is open.
  var isExclusive: Bool { get }

  /// Whether a call found the database unreachable at `time` or later.
  func wasUnreachable(since time: ContinuousClock.Instant) -> Bool

  /// The state of the database.
  var state: StoreState { get }

  /// The failures that an acknowledged write survives; nil for a database without a server, or if the server's settings
  /// are not known yet.
  var durability: StoreDurability? { get }

  /// The level of free space on the database's disk.
  var room: StoreRoom { get }

  /// Free bytes on the database's disk, not counting the reserve; nil if unknown.
  var freeBytes: Int? { get }

  /// Bytes reserved for deletions.
  var reserveBytes: Int { get }

  /// Checks that the disk has space for optional data, which the store can do without.
  ///
  /// - Throws: ``StoreError/lowSpace``.
  func requireRoom(forOptional bytes: Int, in database: any StoreConnection) throws

  /// The server of a database that has a change log, because other processes may change its data; nil for any other
  /// database.
  var changeLog: ChangeLogServer? { get }

  /// Sets the event handlers. A handler must not call the store.
  func setHandlers(_ handlers: StoreEngineHandlers)

  /// Checks that the database is still in its place, measures the free space and reads the server's settings. Reports
  /// faults and changes to the handlers.
  func examineSurroundings()

  /// Checks the whole database in the background. Calls `done` with the new state when the check ends. `done` is not
  /// called if another check is already running or if the engine is closed.
  func startChecking(_ done: @escaping @Sendable (StoreState) -> Void)

  /// Compacts the database.
  func vacuum() throws(StoreError)

  /// Waits for running transactions, then closes the database. Later calls throw ``StoreError/closed``.
  func close()
}

/// The handlers of the events that an engine reports to its store.
struct StoreEngineHandlers: Sendable {
  /// Called once, when a write did not reach the disk or another process has taken over the database.
  var lostWrite: @Sendable (StoreError) -> Void = { _ in }
  /// Called when ``StoreEngine/room`` has changed.
  var roomChange: @Sendable (StoreRoom) -> Void = { _ in }
  /// Called when ``StoreEngine/durability`` has changed.
  var durabilityChange: @Sendable (StoreDurability) -> Void = { _ in }
  /// Called with the number of wrong rows when the database was rebuilt from its readable rows.
  var rebuilt: @Sendable (Int) -> Void = { _ in }
}
