import GRDB
import Synchronization

extension SQLiteEngine {
  /// Always true: a lock on a file keeps other processes out.
  var isExclusive: Bool { true }

  /// Always false: a file is always reachable. Faults of its disk cause other errors.
  func wasUnreachable(since time: ContinuousClock.Instant) -> Bool { false }

  func reading<Value: Sendable>(
    _ body: @escaping @Sendable (any StoreConnection) throws -> Value
  ) async throws(StoreError) -> Value {
    let database = try access().get()
    let result: Result<Value, StoreError> = await withCheckedContinuation { waiting in
      database.asyncRead { waiting.resume(returning: self.read($0, body)) }
    }
    return try result.get()
  }

  func readingNow<Value>(_ body: (any StoreConnection) throws -> Value) throws(StoreError)
    -> Value
  {
    let database = try access().get()
    do { return try database.read(body) } catch { throw storeError(for: error) }
  }

  func writing<Value: Sendable>(
    erasing: Bool, committed: @escaping @Sendable (Value) -> Void,
    _ body: @escaping @Sendable (any StoreConnection) throws -> Value
  ) async throws(StoreError) -> Value {
    let database = try access(forWriting: true).get()
    let result: Result<Value, StoreError> = await withCheckedContinuation { waiting in
      database.asyncWriteWithoutTransaction { connection in
        let result = self.transactionFindingRoom(on: connection, erasing: erasing, body)
        if case .success(let value) = result { committed(value) }
        waiting.resume(returning: result)
      }
    }
    return try result.get()
  }

  func writingNow<Value>(_ body: (any StoreConnection) throws -> Value) throws(StoreError)
    -> Value
  {
    let database = try access(forWriting: true).get()
    return try database.writeWithoutTransaction {
      transaction(on: $0, erasing: false, body)
    }.get()
  }

  /// Returns the database connections, or the error that explains why they are unavailable.
  func access(forWriting: Bool = false) -> Result<any DatabaseWriter, StoreError> {
    shared.withLock { shared in
      if forWriting, let error = shared.lostWrite { return .failure(error) }
      return shared.access
    }
  }

  /// Converts an error. If the error means damage or a lost write, also changes the store's state.
  func storeError(for error: any Error, on connection: Database? = nil) -> StoreError {
    let error = StoreError(error, on: connection)
    guard error.isLostWrite || error == .corrupt else { return error }
    let handler: (@Sendable (StoreError) -> Void)? = shared.withLock { shared in
      if shared.state != .checking || error.isLostWrite { shared.state = .failed }
      guard error.isLostWrite, !shared.isLostWriteReported else { return nil }
      shared.lostWrite = error
      shared.isLostWriteReported = true
      return shared.handlers.lostWrite
    }
    handler?(error)
    return error
  }

  private func read<Value>(
    _ connection: Result<Database, any Error>, _ body: (any StoreConnection) throws -> Value
  ) -> Result<Value, StoreError> {
    do { return .success(try body(connection.get())) } catch {
      return .failure(storeError(for: error))
    }
  }

  /// Runs a transaction. If a deletion fails because the disk is full, releases the reserve and tries again.
  private func transactionFindingRoom<Value>(
    on connection: Database, erasing: Bool,
    _ body: (any StoreConnection) throws -> Value
  ) -> Result<Value, StoreError> {
    var result = transaction(on: connection, erasing: erasing, body)
    if case .failure(.full) = result {
      if erasing, reserve?.release() == true {
        result = transaction(on: connection, erasing: erasing, body)
      } else {
        reserve?.note(isRefused: true)
      }
    } else if case .success = result, !erasing {
      reserve?.note(isRefused: false)
      if reserve?.wantsEmptyLog == true {
        _ = withoutWaiting(on: connection) { try? connection.checkpoint(.truncate) }
      }
    }
    reserve?.restore()
    return result
  }

  private func transaction<Value>(
    on connection: Database, erasing: Bool,
    _ body: (any StoreConnection) throws -> Value
  ) -> Result<Value, StoreError> {
    // The store may have been closed while this transaction waited.
    guard connection.sqliteConnection != nil else { return .failure(.closed) }
    do {
      if connection.isInsideTransaction { try connection.run("ROLLBACK") }
      try requirePlace()
      try connection.run("BEGIN IMMEDIATE")
      let value = try body(connection)
      try connection.run("COMMIT")
      try requirePlace(afterChange: true)
      eraseLog(of: connection, isAsked: erasing)
      return .success(value)
    } catch {
      let error = storeError(for: error, on: connection)
      if connection.isInsideTransaction { try? connection.run("ROLLBACK") }
      return .failure(error)
    }
  }

  /// Empties the write-ahead log if it may contain deleted data, after moving its pages into the database file.
  ///
  /// This fails while a long read uses the log. It is then retried after each later write and at the end of a check.
  private func eraseLog(of connection: Database, isAsked: Bool) {
    let erasure = shared.withLock { $0.erasure }
    guard isAsked || erasure != .done else { return }
    // After a failure, later attempts do not wait for readers. Otherwise, many deletions during one long read would
    // each wait.
    let isDone =
      isAsked && erasure != .owed
      ? emptyLog(of: connection) : withoutWaiting(on: connection) { emptyLog(of: connection) }
    shared.withLock { $0.erasure = isDone ? .done : .owed }
  }

  private func withoutWaiting<Value>(on connection: Database, _ body: () -> Value) -> Value {
    try? connection.run("PRAGMA busy_timeout = 0")
    defer { try? connection.run("PRAGMA busy_timeout = \(StoreOpening.busySeconds * 1000)") }
    return body()
  }

  /// Moves the pages of the write-ahead log into the database file and empties the log. If the disk is too full for
  /// these pages, the reserve is released.
  ///
  /// - Returns: True if the log is now empty.
  private func emptyLog(of connection: Database) -> Bool {
    do {
      try connection.checkpoint(.truncate)
      return true
    } catch {
      guard StoreError(error, on: connection) == .full, reserve?.release() == true else {
        return false
      }
      return (try? connection.checkpoint(.truncate)) != nil
    }
  }

  /// Checks that the store's path still leads to the open file.
  ///
  /// - Throws: ``StoreError/displaced``.
  private func requirePlace(afterChange: Bool = false) throws(StoreError) {
    let file = shared.withLock { $0.file }
    guard let file, !file.isInPlace(afterChange: afterChange) else { return }
    throw .displaced
  }

  /// Empties the write-ahead log if it may contain deleted data. Does not wait for readers.
  func eraseOwedLog(of database: any DatabaseWriter) {
    database.asyncWriteWithoutTransaction { connection in
      // If the store has been closed meanwhile, no connection is available for a checkpoint.
      guard connection.sqliteConnection != nil else { return }
      self.eraseLog(of: connection, isAsked: false)
      self.reserve?.restore()
    }
  }
}
