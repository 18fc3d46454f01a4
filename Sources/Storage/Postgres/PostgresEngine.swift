import Glibc
import Synchronization

/// A store in a PostgreSQL database. The database is used by one process at a time, or by several processes that share
/// it.
///
/// If a transaction fails because the connection was lost, it runs again on a new connection. The first attempt may
/// have been committed even though its response was lost. Each transaction therefore checks what is stored before it
/// writes.
final class PostgresEngine: StoreEngine {
  private let outage: ServerOutage
  private let writer: PostgresLane
  private let readers: [PostgresLane]
  private let shared = Mutex(Shared())
  private let watch = DurabilityWatch()
  private let address: String

  private struct Shared {
    var isClosed = false
    var state = StoreState.checking
    var handlers = StoreEngineHandlers()
    /// Number of transactions that each reader is running or has queued.
    var loads: [Int]
    /// The durability that was last reported to the handler.
    var reportedDurability: StoreDurability?
    /// Whether another process has taken over the database.
    var isTakenOver = false

    init() { loads = Array(repeating: 0, count: PostgresEngine.readerCount) }
  }

  /// Number of connections that only read.
  fileprivate static let readerCount = 4

  /// Connects to the database and creates missing tables.
  ///
  /// - Parameters:
  ///   - address: A `postgresql://` or `postgres://` URI.
  ///   - isShared: Whether other processes may use the database at the same time. They must also set `isShared`.
  /// - Throws: ``StoreError/unreachable``, ``StoreError/inUse``, ``StoreError/foreign``,
  ///   ``StoreError/newerSchema(found:known:)`` or ``StoreError/server(state:)``.
  init(address: String, isShared: Bool = false) throws(StoreError) {
    self.address = address
    isExclusive = !isShared
    let outage = ServerOutage { _ = try PostgresConnection(address) }
    self.outage = outage
    let watch = watch
    writer = PostgresLane("writer", outage) {
      let connection = try Self.writingConnection(address, isShared: isShared)
      try watch.look(connection)
      return connection
    }
    readers = (0..<Self.readerCount).map { number in
      PostgresLane("reader \(number)", outage) { try PostgresConnection(address) }
    }
    _ = try writer.run(.readCommitted, isReadOnly: true) { _ in }.get()
  }

  deinit { outage.close() }

  /// Connects for writing and takes the advisory lock. The lock ends with the connection. A process that lost its lock
  /// therefore cannot write while the next owner writes.
  private static func writingConnection(_ address: String, isShared: Bool) throws
    -> PostgresConnection
  {
    let connection = try PostgresConnection(address)
    try PostgresSchema.prepare(connection)
    let function = isShared ? "pg_try_advisory_lock_shared" : "pg_try_advisory_lock"
    // After another process has ended, the server may take a moment to release its lock.
    for attempt in 0..<lockAttempts {
      if attempt > 0 { usleep(lockPause) }
      let isLocked = try connection.integer(
        "SELECT CASE WHEN \(function)(\(lock)) THEN 1 ELSE 0 END")
      if isLocked == 1 { return connection }
    }
    throw StoreError.inUse
  }

  /// Number of attempts to take the lock, and the pause between them in microseconds. All attempts together take two
  /// seconds.
  private static let lockAttempts = 20
  private static let lockPause: UInt32 = 100_000

  /// The key of the advisory lock that a process holds while it uses the database.
  static let lock = StoreSchema.applicationID << 8

  func reading<Value: Sendable>(
    _ body: @escaping @Sendable (any StoreConnection) throws -> Value
  ) async throws(StoreError) -> Value {
    try requireOpen()
    let number = takeReader()
    let result = await readers[number].runLater(.repeatableRead, isReadOnly: true, body)
    releaseReader(number)
    return try result.get()
  }

  func readingNow<Value>(_ body: (any StoreConnection) throws -> Value) throws(StoreError)
    -> Value
  {
    try requireOpen()
    let number = takeReader()
    defer { releaseReader(number) }
    return try readers[number].run(.repeatableRead, isReadOnly: true, body).get()
  }

  func writing<Value: Sendable>(
    erasing: Bool, committed: @escaping @Sendable (Value) -> Void,
    _ body: @escaping @Sendable (any StoreConnection) throws -> Value
  ) async throws(StoreError) -> Value {
    try requireOpen()
    let result = await writer.runLater(
      .readCommitted, isReadOnly: false, committed: committed, body)
    note(result)
    return try result.get()
  }

  func writingNow<Value>(_ body: (any StoreConnection) throws -> Value) throws(StoreError)
    -> Value
  {
    try requireOpen()
    let result = writer.run(.readCommitted, isReadOnly: false, body)
    note(result)
    return try result.get()
  }

  /// Whether the advisory lock keeps all other processes out.
  let isExclusive: Bool

  func wasUnreachable(since time: ContinuousClock.Instant) -> Bool {
    outage.wasNoted(since: time)
  }

  var changeLog: ChangeLogServer? { ChangeLogServer(address: address, outage: outage) }

  var state: StoreState { shared.withLock { $0.state } }

  var room: StoreRoom { .ample }

  var freeBytes: Int? { nil }

  var reserveBytes: Int { 0 }

  func requireRoom(forOptional bytes: Int, in database: any StoreConnection) {}

  func setHandlers(_ handlers: StoreEngineHandlers) {
    shared.withLock { $0.handlers = handlers }
  }

  var durability: StoreDurability? { watch.durability }

  func examineSurroundings() {
    guard watch.isDue() else { return }
    Task { [weak self] in await self?.lookAtDurability() }
  }

  /// Reads the server's durability settings, and reports them if they have changed.
  func lookAtDurability() async {
    _ = await writer.runLater(.readCommitted, isReadOnly: true) { [watch] in try watch.look($0) }
    guard let found = watch.durability else { return }
    let handler = shared.withLock { shared in
      defer { shared.reportedDurability = found }
      return shared.reportedDurability == found ? nil : shared.handlers.durabilityChange
    }
    handler?(found)
  }

  /// Reports a sound database without reading it, because the server checks its own files. `brgsa db check` reads all
  /// rows.
  func startChecking(_ done: @escaping @Sendable (StoreState) -> Void) {
    shared.withLock { $0.state = .ok }
    done(.ok)
  }

  func vacuum() throws(StoreError) {
    try requireOpen()
    try writer.runAlone { try $0.run("VACUUM") }.get()
  }

  func close() {
    shared.withLock { $0.isClosed = true }
    outage.close()
    for lane in readers + [writer] { lane.close() }
  }

  private func requireOpen() throws(StoreError) {
    if shared.withLock({ $0.isClosed }) { throw .closed }
  }

  /// Calls the handler for a lost write, once, when another process has taken over the database.
  private func note<Value>(_ result: Result<Value, StoreError>) {
    guard case .failure(.inUse) = result else { return }
    let handler = shared.withLock { shared in
      defer { shared.isTakenOver = true }
      return shared.isTakenOver ? nil : shared.handlers.lostWrite
    }
    handler?(.inUse)
  }

  /// Reserves and returns the reader with the fewest transactions.
  private func takeReader() -> Int {
    shared.withLock { shared in
      let number = shared.loads.indices.min { shared.loads[$0] < shared.loads[$1] } ?? 0
      shared.loads[number] += 1
      return number
    }
  }

  private func releaseReader(_ number: Int) {
    shared.withLock { $0.loads[number] -= 1 }
  }
}
