import Synchronization

/// Rows with a wrong checksum or shape that a transaction found.
struct WrongRows: Sendable {
  /// Rows that still have to be set aside.
  var rows: Set<StoredRow> = []
  /// Number of rows that a write has set aside.
  private(set) var setAsideCount = 0

  /// Records the row whose number is in column 0 as wrong.
  mutating func add(_ row: any RowColumns, in table: StoredTable) {
    if let number = row.integer(0) { rows.insert(StoredRow(table: table, number: number)) }
  }

  /// Sets the rows aside.
  mutating func setAside(in database: any StoreConnection) throws {
    for row in rows where try row.setAside(in: database) {
      setAsideCount += 1
      database.note(StoreChange(kind: .losses, id: ""))
    }
    rows = []
  }
}

/// The result of a write.
private struct Written<Value: Sendable>: Sendable {
  let value: Value
  let setAsideCount: Int
  /// Whether the log has new changes.
  let isLogged: Bool
}

extension Store {
  /// Reads from one state of the database. Afterwards, sets aside the wrong rows that `body` recorded.
  func reading<Value: Sendable>(
    _ body: @escaping @Sendable (any StoreConnection, inout WrongRows) throws -> Value
  ) async throws(StoreError) -> Value {
    let (value, wrongRows) = try await engine.reading { database in
      var wrongRows = WrongRows()
      return (try body(database, &wrongRows), wrongRows)
    }
    if !wrongRows.rows.isEmpty { _ = try? await writing { $1 = wrongRows } }
    return value
  }

  /// Like ``reading(_:)``, but on the caller's thread.
  func readingNow<Value>(
    _ body: (any StoreConnection, inout WrongRows) throws -> Value
  ) throws(StoreError) -> Value {
    var wrongRows = WrongRows()
    let value = try engine.readingNow { try body($0, &wrongRows) }
    guard !wrongRows.rows.isEmpty else { return value }
    let count = try? engine.writingNow { database in
      try wrongRows.setAside(in: database)
      _ = try ChangeLog.append(database.notedChanges, to: database)
      return wrongRows.setAsideCount
    }
    note(setAside: count ?? 0)
    return value
  }

  /// Writes in one transaction. On return, the transaction is on the disk.
  ///
  /// - Parameters:
  ///   - isOrdered: Whether other processes follow what is written. It waits for other such writes.
  ///   - counted: Called when the transaction is on the disk and before this process's next one starts, so that the
  ///     caller can update its own state in the same order. It must not call the store.
  ///   - committed: Like `counted`, but not called for a write that a follower applies; see ``follow(_:)``.
  func writing<Value: Sendable>(
    erasing: Bool = false, isOrdered: Bool = false,
    counted: @escaping @Sendable (Value) -> Void = { _ in },
    committed: @escaping @Sendable (Value) -> Void = { _ in },
    _ body: @escaping @Sendable (any StoreConnection, inout WrongRows) throws -> Value
  ) async throws(StoreError) -> Value {
    let hasFollower = isOrdered && isFollowed
    let result = try await engine.writing(
      erasing: erasing,
      committed: { (result: Written<Value>) in
        self.note(setAside: result.setAsideCount)
        counted(result.value)
        if !hasFollower { committed(result.value) }
      },
      { database in
        if isOrdered { try ChangeLog.lock(database) }
        var wrongRows = WrongRows()
        let value = try body(database, &wrongRows)
        try wrongRows.setAside(in: database)
        let isLogged = try ChangeLog.append(database.notedChanges, to: database)
        return Written(value: value, setAsideCount: wrongRows.setAsideCount, isLogged: isLogged)
      })
    if hasFollower, result.isLogged { await applyOwnChange() }
    return result.value
  }

  private func note(setAside count: Int) {
    guard count > 0 else { return }
    let handler = shared.withLock { shared in
      shared.quarantined += count
      // A row that was set aside may be a diagnosis.
      shared.diagnosisBytes = nil
      return shared.setAsideHandler
    }
    handler?()
  }
}
