import Synchronization

/// Stores volumes, embeddings, reports, prompt sets, calibrations, diagnoses and jobs in one SQLite file, in memory or
/// in PostgreSQL.
///
/// All functions are thread-safe. A write returns only after its data is on the disk, and the data
/// survives a crash. A row with a wrong checksum or shape is set aside: it is deleted and counted
/// in ``quarantined``, and reading continues without it.
public final class Store: Sendable {
  /// The state that all calls share.
  struct Shared {
    var quarantined = 0
    /// Called when rows were set aside.
    var setAsideHandler: (@Sendable () -> Void)?
    /// Called once after a lost write.
    var lostWriteHandler: (@Sendable (StoreError) -> Void)?
    /// Called when ``Store/room`` changes.
    var roomHandler: (@Sendable (StoreRoom) -> Void)?
    /// Called when ``Store/durability`` changes.
    var durabilityHandler: (@Sendable (StoreDurability) -> Void)?
    /// Bytes of all diagnoses; nil until they are counted.
    var diagnosisBytes: Int?
    /// Called when another process may have changed a job.
    var jobHandler: (@Sendable () -> Void)?
    /// Keeps a follower in step with the store.
    var feed: (feed: ChangeFeed, follower: WeakFollower)?
  }

  let shared = Mutex(Shared())
  /// The database.
  let engine: any StoreEngine
  let limits: StoreLimits
  /// Whether other processes may change the store.
  public let isShared: Bool
  /// Whether the data is lost when the process ends.
  public let isTemporary: Bool

  /// Opens the store in a PostgreSQL database, if `path` is an address such as `postgresql://host/database`. Otherwise
  /// opens the store at a path and creates its folder if necessary. The path `:memory:` opens a
  /// temporary store in memory. If SQLite reports damage while it opens the file, the file is
  /// rebuilt. ``startChecking(_:)`` checks the whole file.
  ///
  /// - Parameter isShared: Whether several processes use a PostgreSQL database at the same time. All of them must say
  ///   so.
  /// - Throws: ``StoreError/inUse`` if another process has the store open, ``StoreError/linked`` if its file has
  ///   several names, ``StoreError/newerSchema(found:known:)`` and ``StoreError/foreign``, which leave the file
  ///   unchanged, ``StoreError/readOnly``, ``StoreError/file(errno:)``, ``StoreError/full``, ``StoreError/busy`` or
  ///   ``StoreError/failed(code:)``.
  public init(
    path: String, limits: StoreLimits = StoreLimits(), isShared: Bool = false
  ) throws(StoreError) {
    self.limits = limits
    // Only one process at a time can have a file open.
    self.isShared = isShared && Self.isAddress(path)
    isTemporary = path == Self.temporaryPath
    engine =
      Self.isAddress(path)
      ? try PostgresEngine(address: path, isShared: isShared)
      : try SQLiteEngine(path: path, limits: limits)
    engine.setHandlers(
      StoreEngineHandlers(
        lostWrite: { [weak self] in self?.shared.withLock { $0.lostWriteHandler }?($0) },
        roomChange: { [weak self] in self?.shared.withLock { $0.roomHandler }?($0) },
        durabilityChange: { [weak self] in
          self?.shared.withLock { $0.durabilityHandler }?($0)
        },
        rebuilt: { [weak self] count in
          self?.shared.withLock { shared in
            shared.quarantined += count
            shared.diagnosisBytes = nil
          }
        }))
  }

  /// The path of a store in memory.
  static let temporaryPath = ":memory:"

  /// True if `path` is the address of a PostgreSQL database.
  public static func isAddress(_ path: String) -> Bool {
    path.hasPrefix("postgres://") || path.hasPrefix("postgresql://")
  }

  /// Whether the store was unreachable at `time` or later. A write that was made meanwhile may be missing.
  public func wasUnreachable(since time: ContinuousClock.Instant) -> Bool {
    engine.wasUnreachable(since: time)
  }

  /// The state of the file.
  public var state: StoreState { engine.state }

  /// Number of rows set aside since the store was opened.
  public var quarantined: Int { shared.withLock { $0.quarantined } }

  /// Sets the handler of lost writes. It is called once, when a write did not reach the disk. If
  /// the store's file is no longer at its path, the error is ``StoreError/displaced``. After a lost
  /// write, the store refuses to write. Only a new process can read what the disk contains.
  public func onLostWrite(_ handler: @escaping @Sendable (StoreError) -> Void) {
    shared.withLock { $0.lostWriteHandler = handler }
  }

  /// Sets the handler that is called when rows were set aside. The handler runs on the writing
  /// thread and must not call the store.
  public func onSetAside(_ handler: @escaping @Sendable () -> Void) {
    shared.withLock { $0.setAsideHandler = handler }
  }

  /// Checks the whole file in the background. ``state`` is `checking` meanwhile. A damaged file is
  /// rebuilt. During a rebuild, calls throw ``StoreError/corrupt``.
  ///
  /// - Parameter done: Called with the new state when the check ends, on another thread. Not called
  ///   if another check is running or the store is closed.
  public func startChecking(_ done: @escaping @Sendable (StoreState) -> Void = { _ in }) {
    engine.startChecking(done)
  }

  /// Waits for current calls, then closes the store and lets other processes open it. Later calls
  /// throw ``StoreError/closed``.
  public func close() {
    shared.withLock(\.feed)?.feed.stop()
    engine.close()
  }
}
