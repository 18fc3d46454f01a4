import Dispatch
import GRDB
import Synchronization

/// Stores volumes, embeddings, reports, prompt sets, diagnoses and jobs in one SQLite file or in memory.
///
/// All functions are thread-safe. A write returns only after its data is on the disk, and the data
/// survives a crash. A row with a wrong checksum or shape is set aside: it is deleted and counted
/// in ``quarantined``, and reading continues without it.
public final class Store: Sendable {
  /// The state that all calls share.
  struct Shared {
    var access: Result<any DatabaseWriter, StoreError>
    var file: StoreFile?
    var state: StoreState
    var quarantined = 0
    /// Called when rows were set aside.
    var setAsideHandler: (@Sendable () -> Void)?
    /// Whether the log may still contain deleted data, for example because a process was killed.
    var erasure = Erasure.unknown
    /// The error after which acknowledged data may be missing on the disk. The store then refuses to write.
    var lostWrite: StoreError?
    /// Called once after a lost write.
    var lostWriteHandler: (@Sendable (StoreError) -> Void)?
    /// Called when ``Store/room`` changes.
    var roomHandler: (@Sendable (StoreRoom) -> Void)?
    /// Bytes of all diagnoses; nil until they are counted.
    var diagnosisBytes: Int?
    /// Address of the connection that checks the file. Closing the store interrupts this connection.
    var checker: Int?
    var isChecking = false
  }

  /// Whether SQLite's write-ahead log (in this module: the log) may contain deleted data.
  enum Erasure {
    case done
    /// Unknown, because an earlier process may have been killed.
    case unknown
    /// The log could not be emptied after a deletion.
    case owed
  }

  let shared: Mutex<Shared>
  /// Counts the running checks of the file. Closing the store waits for them.
  let checks = DispatchGroup()
  /// Space for deletions; nil for a store in memory.
  let reserve: DiskReserve?
  let limits: StoreLimits

  /// Opens the store at a path and creates its folder if necessary. The path `:memory:` opens a
  /// temporary store in memory. If SQLite reports damage while it opens the file, the file is
  /// rebuilt. ``startChecking()`` checks the whole file.
  ///
  /// - Throws: ``StoreError/inUse`` if another process has the store open, ``StoreError/linked`` if its file has
  ///   several names, ``StoreError/newerSchema(found:known:)`` and ``StoreError/foreign``, which leave the file
  ///   unchanged, ``StoreError/readOnly``, ``StoreError/file(errno:)``, ``StoreError/full``, ``StoreError/busy`` or
  ///   ``StoreError/failed(code:)``.
  public init(path: String, limits: StoreLimits = StoreLimits()) throws(StoreError) {
    self.limits = limits
    if path == ":memory:" {
      reserve = nil
      do {
        shared = Mutex(
          Shared(access: .success(try StoreOpening.memory()), file: nil, state: .checking))
      } catch { throw StoreError(error) }
      return
    }
    let file = try StoreFile(path: path)
    let reserve = DiskReserve(store: path, limits: limits)
    self.reserve = reserve
    defer { reserve.restore() }
    do {
      let database = try Self.open(path, reserve)
      shared = Mutex(Shared(access: .success(database), file: file, state: .checking))
    } catch {
      let error = StoreError(error)
      guard error == .corrupt else { throw error }
      let rebuilt = try RebuiltFile.rebuild(path, logPages: reserve.logPages)
      file.remember()
      shared = Mutex(
        Shared(
          access: .success(rebuilt.database), file: file,
          state: .recovered(setAside: rebuilt.setAside), quarantined: rebuilt.wrongRows))
    }
  }

  /// Opens the file. If the disk is full, releases the reserve and tries again.
  private static func open(_ path: String, _ reserve: DiskReserve) throws -> any DatabaseWriter {
    do { return try StoreOpening.file(path, logPages: reserve.logPages) } catch {
      guard StoreError(error) == .full, reserve.release() else { throw error }
      return try StoreOpening.file(path, logPages: reserve.logPages)
    }
  }

  deinit {
    // The last reference may be released on the writer's own queue, and that queue cannot wait for itself.
    if let leave = detach() { DispatchQueue.global(qos: .utility).async(execute: leave) }
  }

  /// The state of the file.
  public var state: StoreState { shared.withLock { $0.state } }

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

  /// Waits for current calls, then closes the store and lets other processes open it. Later calls
  /// throw ``StoreError/closed``.
  public func close() { detach()?() }

  /// Stops all use of the store.
  ///
  /// - Returns: A function that waits for current calls and closes the connections; nil if the store is already closed.
  private func detach() -> (@Sendable () -> Void)? {
    let (access, file) = shared.withLock { shared in
      defer {
        shared.access = .failure(.closed)
        shared.file = nil
      }
      interruptChecking(shared)
      return (shared.access, shared.file)
    }
    guard case .success(let database) = access else { return nil }
    return { [checks] in
      // A running check was interrupted. Its connection must not be closed until the check has ended.
      checks.wait()
      withExtendedLifetime(file) { Self.shutDown(database) }
    }
  }

  /// Closes the connections. The writer is closed last, so that SQLite removes the log.
  static func shutDown(_ database: any DatabaseWriter) {
    if let pool = database as? DatabasePool { pool.releaseMemory() }
    // Empties the log now, because a slow reader can prevent SQLite from removing it.
    _ = try? database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    try? database.close()
  }
}
