import Dispatch
import GRDB
import Synchronization

/// Stores volumes, embeddings, reports, prompt sets and diagnoses in one SQLite file or in memory.
///
/// All functions are thread-safe. A write returns only after its data is on the disk, and the data
/// survives a crash. A row with a wrong checksum or shape is set aside: it is deleted and counted
/// in ``quarantined``, and reading continues without it.
public final class Store: Sendable {
  /// What is shared between calls.
  struct Shared {
    var access: Result<any DatabaseWriter, StoreError>
    var file: StoreFile?
    var state: StoreState
    var quarantined = 0
    /// Called when rows were set aside.
    var setAsideHandler: (@Sendable () -> Void)?
    /// Whether deleted data may still be in the log, also after a process was killed.
    var erasure = Erasure.unknown
    /// Set when acknowledged data may not have reached the disk; nothing more is written.
    var lostWrite: StoreError?
    /// Called once after a lost write.
    var lostWriteHandler: (@Sendable (StoreError) -> Void)?
    /// Called when ``Store/room`` changes.
    var roomHandler: (@Sendable (StoreRoom) -> Void)?
    /// Bytes of all diagnoses, once counted.
    var diagnosisBytes: Int?
    /// Address of the connection that checks the file, so that closing can stop it.
    var checker: Int?
    var isChecking = false
  }

  /// Whether the log may contain deleted data.
  enum Erasure {
    case done
    /// Unknown, because an earlier process may have been killed.
    case unknown
    /// The log could not be emptied after a deletion.
    case owed
  }

  let shared: Mutex<Shared>
  /// Entered while a check reads the file.
  let checks = DispatchGroup()
  /// Space for deletions; nil for a store in memory.
  let reserve: DiskReserve?
  let limits: StoreLimits

  /// Opens the store at a path, making its folder if necessary, or a temporary one in memory for
  /// `:memory:`. A file that SQLite finds damaged is rebuilt here; ``startChecking()`` reads it
  /// completely.
  ///
  /// - Throws: ``StoreError/inUse`` if another process has the store open, ``StoreError/linked`` if
  ///   its file has several names, ``StoreError/newerSchema(found:known:)`` and
  ///   ``StoreError/foreign`` with the file unchanged,
  ///   ``StoreError/readOnly``, ``StoreError/file(errno:)``, ``StoreError/full``, ``StoreError/busy`` or
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

  /// Opens the file; on a full disk, gives up the reserve first.
  private static func open(_ path: String, _ reserve: DiskReserve) throws -> any DatabaseWriter {
    do { return try StoreOpening.file(path, logPages: reserve.logPages) } catch {
      guard StoreError(error) == .full, reserve.release() else { throw error }
      return try StoreOpening.file(path, logPages: reserve.logPages)
    }
  }

  deinit {
    // The last reference may go on the writer's own queue, which cannot wait for itself.
    if let leave = detach() { DispatchQueue.global(qos: .utility).async(execute: leave) }
  }

  /// The state of the file.
  public var state: StoreState { shared.withLock { $0.state } }

  /// Number of rows set aside since the store was opened.
  public var quarantined: Int { shared.withLock { $0.quarantined } }

  /// Sets the handler that is called once when a write did not reach the disk, or with
  /// ``StoreError/displaced`` when the store's file is no longer in its place. The store then
  /// refuses to write; only a new process can read the true state.
  public func onLostWrite(_ handler: @escaping @Sendable (StoreError) -> Void) {
    shared.withLock { $0.lostWriteHandler = handler }
  }

  /// Sets the handler of set-aside rows. It runs on the writing thread and must not call the store.
  public func onSetAside(_ handler: @escaping @Sendable () -> Void) {
    shared.withLock { $0.setAsideHandler = handler }
  }

  /// Closes the store and lets other processes open it; current calls finish first. Later calls
  /// throw ``StoreError/closed``.
  public func close() { detach()?() }

  /// Stops all use of the store.
  ///
  /// - Returns: The rest of the work, which waits for current calls; nil if it was closed already.
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
      // A running check was told to stop; its connection must not be closed before.
      checks.wait()
      withExtendedLifetime(file) { Self.shutDown(database) }
    }
  }

  /// Closes the connections, the writer last, so that it removes the log.
  static func shutDown(_ database: any DatabaseWriter) {
    if let pool = database as? DatabasePool { pool.releaseMemory() }
    // A slow reader prevents the log's file from being removed, but not from being emptied.
    _ = try? database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    try? database.close()
  }
}
