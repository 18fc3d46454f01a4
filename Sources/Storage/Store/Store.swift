import Dispatch
import GRDB
import Synchronization

/// Volumes, embeddings, reports, prompt sets and diagnoses in one SQLite file, or in memory.
///
/// All functions may be called at the same time from anywhere. A function that writes returns only after what it
/// wrote is on the disk, and what it wrote then survives a crash. A row whose checksum or shape is wrong is set
/// aside: it is deleted, counted in ``quarantined``, and reading goes on without it.
public final class Store: Sendable {
  /// What is shared between calls.
  struct Shared {
    var access: Result<any DatabaseWriter, StoreError>
    var file: StoreFile?
    var state: StoreState
    var quarantined = 0
    /// Told when rows were set aside.
    var setAsideHandler: (@Sendable () -> Void)?
    /// A deletion was committed, but what was deleted may still lie in the log: also one of a process that was killed.
    var erasure = Erasure.unknown
    /// Set when what was acknowledged may not have reached the disk: nothing more is written.
    var lostWrite: StoreError?
    /// Called once after a lost write.
    var lostWriteHandler: (@Sendable (StoreError) -> Void)?
    /// Called when there is more or less room on the disk than before.
    var roomHandler: (@Sendable (StoreRoom) -> Void)?
    /// Bytes of all diagnoses, once they were counted.
    var diagnosisBytes: Int?
    /// Address of the connection that reads the file through, so that closing can stop it.
    var checker: Int?
    var isChecking = false
  }

  /// Whether the log may hold what was deleted.
  enum Erasure {
    case done
    /// A process that was killed may have left it so.
    case unknown
    /// The log could not be emptied after a deletion.
    case owed
  }

  let shared: Mutex<Shared>
  /// Entered while a check reads the file.
  let reading = DispatchGroup()
  /// Room for deletions; nil for a store in memory.
  let reserve: DiskReserve?
  let limits: StoreLimits

  /// Opens the store at a path, made with its folder if missing, or one in memory for `:memory:`, of which nothing
  /// survives. A file that SQLite finds damaged is rebuilt here; reading it through is ``startChecking()``'s work.
  ///
  /// - Throws: ``StoreError/inUse`` where another has the store open, ``StoreError/linked`` where its file has several
  ///   names, ``StoreError/newerSchema(found:known:)`` and ``StoreError/foreign`` with the file untouched,
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

  /// How the file is.
  public var state: StoreState { shared.withLock { $0.state } }

  /// Rows that were set aside since the store was opened, because their checksum or shape was wrong.
  public var quarantined: Int { shared.withLock { $0.quarantined } }

  /// Says what is called, once, when what was written did not reach the disk, or ``StoreError/displaced`` when the store's
  /// file is no longer in its place. The store then refuses to write; only a new process can learn what is really there.
  public func onLostWrite(_ handler: @escaping @Sendable (StoreError) -> Void) {
    shared.withLock { $0.lostWriteHandler = handler }
  }

  /// Says who is told after rows were set aside, on the writing thread; it must not call the store from there.
  public func onSetAside(_ handler: @escaping @Sendable () -> Void) {
    shared.withLock { $0.setAsideHandler = handler }
  }

  /// Closes the store and lets others open it; calls that are under way end first. Later calls throw
  /// ``StoreError/closed``.
  public func close() { detach()?() }

  /// Lets nobody use the store any more.
  ///
  /// - Returns: What is left to do, which waits for calls that are under way; nil if it was closed already.
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
    return { [reading] in
      // A check that reads was told to stop; connections are not taken from under it.
      reading.wait()
      withExtendedLifetime(file) { Self.shutDown(database) }
    }
  }

  /// Closes the connections, the writer last, so that it removes the log.
  static func shutDown(_ database: any DatabaseWriter) {
    if let pool = database as? DatabasePool { pool.releaseMemory() }
    // A reader that is slow to go keeps the log's file from being removed, but not from being emptied.
    _ = try? database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    try? database.close()
  }
}
