import Dispatch
import GRDB
import Synchronization

/// A store in one SQLite file or in memory.
final class SQLiteEngine: StoreEngine {
  /// The mutable state, which all calls share.
  struct Shared {
    var access: Result<any DatabaseWriter, StoreError>
    var file: StoreFile?
    var state: StoreState
    /// Whether the write-ahead log may still contain deleted data, for example because a process was killed.
    var erasure = Erasure.unknown
    /// The error after which acknowledged data may be missing from the disk. The store then refuses all writes.
    var lostWrite: StoreError?
    var isLostWriteReported = false
    var handlers = StoreEngineHandlers()
    /// Number of wrong rows in a rebuild that has not been reported yet.
    var unreportedWrongRows = 0
    /// The address of the SQLite connection that checks the file. Closing the store interrupts the check.
    var checker: Int?
    var isChecking = false
  }

  /// Whether SQLite's write-ahead log may contain deleted data. Comments in this folder also call it *the log*.
  enum Erasure {
    /// The log contains no deleted data.
    case done
    /// It is not known whether the log contains deleted data, because an earlier process may have been killed.
    case unknown
    /// The log could not be emptied after a deletion.
    case owed
  }

  let shared: Mutex<Shared>
  /// Counts the running checks of the file. Closing the store waits until they have ended.
  let checks = DispatchGroup()
  /// The disk space that is reserved for deletions; nil for a store in memory.
  let reserve: DiskReserve?

  /// Opens a file, or a database in memory if the path is `:memory:`. If SQLite reports damage, the file is rebuilt.
  init(path: String, limits: StoreLimits) throws(StoreError) {
    if path == Store.temporaryPath {
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
      let database = try Self.open(path, reserve, limits.measure)
      shared = Mutex(Shared(access: .success(database), file: file, state: .checking))
    } catch {
      let error = StoreError(error)
      guard error == .corrupt else { throw error }
      let rebuilt = try RebuiltFile.rebuild(path, logPages: reserve.logPages)
      file.remember()
      shared = Mutex(
        Shared(
          access: .success(rebuilt.database), file: file,
          state: .recovered(setAside: rebuilt.setAside), unreportedWrongRows: rebuilt.wrongRows))
    }
  }

  /// Opens the file. If the disk is full, releases the reserve and tries again.
  private static func open(
    _ path: String, _ reserve: DiskReserve, _ measure: (String) -> (free: Int, size: Int)?
  ) throws -> any DatabaseWriter {
    do {
      return try StoreOpening.file(path, logPages: reserve.logPages, measure: measure)
    } catch {
      guard StoreError(error).isLackOfSpace, reserve.release() else { throw error }
      return try StoreOpening.file(path, logPages: reserve.logPages, measure: measure)
    }
  }

  deinit {
    // The last reference may be released on the writer's own queue, where waiting for that queue would cause a
    // deadlock.
    if let leave = detach() { DispatchQueue.global(qos: .utility).async(execute: leave) }
  }

  var state: StoreState { shared.withLock { $0.state } }

  func setHandlers(_ handlers: StoreEngineHandlers) {
    let count = shared.withLock { shared in
      shared.handlers = handlers
      defer { shared.unreportedWrongRows = 0 }
      return shared.unreportedWrongRows
    }
    if count > 0 { handlers.rebuilt(count) }
  }

  /// Closes the database, so that other processes can open the file.
  func close() { detach()?() }

  /// Makes the store unavailable to later calls and interrupts a running check.
  ///
  /// - Returns: A function that waits for running calls and closes the connections; nil if the store is already closed.
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
      // A running check was interrupted. Its connection must stay open until the check has ended.
      checks.wait()
      withExtendedLifetime(file) { Self.shutDown(database) }
    }
  }

  /// Closes the connections. The writer is closed last, because SQLite then removes the log.
  static func shutDown(_ database: any DatabaseWriter) {
    if let pool = database as? DatabasePool { pool.releaseMemory() }
    // The log is emptied first, because a slow reader can prevent SQLite from removing it.
    _ = try? database.writeWithoutTransaction { try $0.checkpoint(.truncate) }
    try? database.close()
  }
}
