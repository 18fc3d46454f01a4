/// Runs the transactions of a ``Store`` on one kind of database. All functions are thread-safe.
protocol StoreEngine: AnyObject, Sendable {
  /// Reads from one state of the database.
  func reading<Value: Sendable>(
    _ body: @escaping @Sendable (any StoreConnection) throws -> Value
  ) async throws(StoreError) -> Value

  /// Like ``reading(_:)``, but on the caller's thread.
  func readingNow<Value>(_ body: (any StoreConnection) throws -> Value) throws(StoreError) -> Value

  /// Writes in one transaction. On return, the transaction is on the disk.
  ///
  /// - Parameters:
  ///   - erasing: Whether the transaction deletes data that must not be recoverable.
  ///   - committed: Called when the transaction is on the disk and before the next one starts. It must not call the
  ///     store.
  func writing<Value: Sendable>(
    erasing: Bool, committed: @escaping @Sendable (Value) -> Void,
    _ body: @escaping @Sendable (any StoreConnection) throws -> Value
  ) async throws(StoreError) -> Value

  /// Like ``writing(erasing:committed:_:)``, but on the caller's thread.
  func writingNow<Value>(_ body: (any StoreConnection) throws -> Value) throws(StoreError) -> Value

  /// Whether no other process can use the database while this engine is open.
  var isExclusive: Bool { get }

  /// Whether the database was unreachable at `time` or later.
  func wasUnreachable(since time: ContinuousClock.Instant) -> Bool

  /// The state of the database.
  var state: StoreState { get }

  /// What an acknowledged write survives; nil if no server says so.
  var durability: StoreDurability? { get }

  /// The level of free space on the database's disk.
  var room: StoreRoom { get }

  /// Free bytes on the database's disk in addition to the reserve; nil if unknown.
  var freeBytes: Int? { get }

  /// Bytes reserved for deletions.
  var reserveBytes: Int { get }

  /// Requires space for data that need not be stored.
  ///
  /// - Throws: ``StoreError/lowSpace``.
  func requireRoom(forOptional bytes: Int, in database: any StoreConnection) throws

  /// The address of a database whose changes are logged, because other processes may make some; nil for any other.
  var changeLogAddress: String? { get }

  /// Sets the handlers of events. None of them may call the store.
  func setHandlers(_ handlers: StoreEngineHandlers)

  /// Checks that the database is still in its place, measures the free space, and reads the server's settings. Reports
  /// faults and changes to the handlers.
  func examineSurroundings()

  /// Checks the whole database in the background. Calls `done` with the new state when the check ends, unless another
  /// check is running or the engine is closed.
  func startChecking(_ done: @escaping @Sendable (StoreState) -> Void)

  /// Compacts the database.
  func vacuum() throws(StoreError)

  /// Waits for current transactions, then closes the database. Later calls throw ``StoreError/closed``.
  func close()
}

/// What an engine reports to its store.
struct StoreEngineHandlers: Sendable {
  /// A write did not reach the disk. Called once.
  var lostWrite: @Sendable (StoreError) -> Void = { _ in }
  /// ``StoreEngine/room`` has changed.
  var roomChange: @Sendable (StoreRoom) -> Void = { _ in }
  /// ``StoreEngine/durability`` has changed.
  var durabilityChange: @Sendable (StoreDurability) -> Void = { _ in }
  /// The database was rebuilt from its readable rows. This many rows were wrong.
  var rebuilt: @Sendable (Int) -> Void = { _ in }
}
