import Synchronization

/// Stores volumes, embeddings, reports, prompt sets, calibrations, diagnoses and jobs. The storage is a SQLite file,
/// memory or a PostgreSQL database.
///
/// All functions are thread-safe. A write returns only after its data is on the disk, so the data survives a crash. A
/// row with a wrong checksum or shape is set aside, which means that it is deleted. ``quarantined`` counts these rows,
/// and reading continues without them.
public final class Store: Sendable {
  /// The state that all calls share.
  struct Shared {
    var quarantined = 0
    /// Called after rows were set aside.
    var setAsideHandler: (@Sendable () -> Void)?
    /// Called once after a lost write.
    var lostWriteHandler: (@Sendable (StoreError) -> Void)?
    /// Called when ``Store/room`` changes.
    var roomHandler: (@Sendable (StoreRoom) -> Void)?
    /// Called when ``Store/durability`` changes.
    var durabilityHandler: (@Sendable (StoreDurability) -> Void)?
    /// The size in bytes of all diagnoses; nil until it is computed.
    var diagnosisBytes: Int?
    /// Called when another process may have changed a job.
    var jobHandler: (@Sendable () -> Void)?
    /// The feed that applies changes of other processes to a follower; nil without a follower.
    var feed: (feed: ChangeFeed, follower: WeakFollower)?
  }

  let shared = Mutex(Shared())
  /// The database engine.
  let engine: any StoreEngine
  let limits: StoreLimits
  /// Whether other processes may change the store.
  public let isShared: Bool
  /// Whether the data is lost when the process ends.
  public let isTemporary: Bool

  /// Opens a store.
  ///
  /// If `path` is an address such as `postgresql://host/database`, the store is in that PostgreSQL database. The path
  /// `:memory:` opens a temporary store in memory. Any other path is that of a SQLite file. The file's folder is
  /// created if necessary. If SQLite reports damage while it opens the file, the file is rebuilt. To check the whole
  /// file, call ``startChecking(_:)``.
  ///
  /// - Parameter isShared: Whether several processes use the PostgreSQL database at the same time. All of these
  ///   processes must pass true.
  /// - Throws: ``StoreError/inUse`` if another process has the store open. ``StoreError/linked`` if the file has
  ///   several names. ``StoreError/newerSchema(found:known:)`` or ``StoreError/foreign``, which leave the file
  ///   unchanged. ``StoreError/readOnly``, ``StoreError/file(errno:)``, ``StoreError/full``, ``StoreError/busy`` or
  ///   ``StoreError/failed(code:)``.
  public init(
    path: String, limits: StoreLimits = StoreLimits(), isShared: Bool = false
  ) throws(StoreError) {
    self.limits = limits
    // Only a PostgreSQL database can be shared, because only one process at a time can open a file.
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

  /// Whether `path` is the address of a PostgreSQL database.
  public static func isAddress(_ path: String) -> Bool {
    path.hasPrefix("postgres://") || path.hasPrefix("postgresql://")
  }

  /// Whether the store has been unreachable at any moment since `time`. Writes from this period may be missing.
  public func wasUnreachable(since time: ContinuousClock.Instant) -> Bool {
    engine.wasUnreachable(since: time)
  }

  /// The state of the file.
  public var state: StoreState { engine.state }

  /// The number of rows set aside since the store was opened.
  public var quarantined: Int { shared.withLock { $0.quarantined } }

  /// Sets the handler of lost writes. It is called once, when a write did not reach the disk. The error is
  /// ``StoreError/displaced`` if the store's file is no longer at its path. After a lost write, the store refuses all
  /// writes. Only a new process can read what is on the disk.
  public func onLostWrite(_ handler: @escaping @Sendable (StoreError) -> Void) {
    shared.withLock { $0.lostWriteHandler = handler }
  }

  /// Sets the handler that is called after rows were set aside. The handler runs on the writing thread and must not
  /// call the store.
  public func onSetAside(_ handler: @escaping @Sendable () -> Void) {
    shared.withLock { $0.setAsideHandler = handler }
  }

  /// Checks the whole file in the background. During the check, ``state`` is `checking`. A damaged file is rebuilt.
  /// During a rebuild, calls throw ``StoreError/corrupt``.
  ///
  /// - Parameter done: Called on another thread with the new state when the check ends. Not called if another check is
  ///   already running or the store is closed.
  public func startChecking(_ done: @escaping @Sendable (StoreState) -> Void = { _ in }) {
    engine.startChecking(done)
  }

  /// Waits for current calls to end. Then closes the store, so that other processes can open it. Later calls throw
  /// ``StoreError/closed``.
  public func close() {
    shared.withLock(\.feed)?.feed.stop()
    engine.close()
  }
}
