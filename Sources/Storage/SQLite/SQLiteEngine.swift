import Dispatch
import GRDB
import Synchronization

/// A store in one SQLite file or in memory.
final class SQLiteEngine: StoreEngine {
  /// The state that all calls share.
  struct Shared {
    var access: Result<any DatabaseWriter, StoreError>
    var file: StoreFile?
    var state: StoreState
    /// Whether the log may still contain deleted data, for example because a process was killed.
    var erasure = Erasure.unknown
    /// The error after which acknowledged data may be missing on the disk. The store then refuses to write.
    var lostWrite: StoreError?
    var isLostWriteReported = false
    var handlers = StoreEngineHandlers()
    /// Number of wrong rows of a rebuild that is not reported yet.
    var unreportedWrongRows = 0
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

  /// Opens a file, or a database in memory for the path `:memory:`. If SQLite reports damage, the file is rebuilt.
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
    // The last reference may be released on the writer's own queue, and that queue cannot wait for itself.
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

  /// Also lets other processes open the file.
  func close() { detach()?() }

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
