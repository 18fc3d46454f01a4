import Synchronization

/// The rows with a wrong checksum or shape that a transaction found.
struct WrongRows: Sendable {
  /// The rows that have not been set aside yet.
  var rows: Set<StoredRow> = []
  /// The number of rows that have been set aside.
  private(set) var setAsideCount = 0

  /// Records the row whose number is in column 0 as faulty.
  mutating func add(_ row: any RowColumns, in table: StoredTable) {
    if let number = row.integer(0) { rows.insert(StoredRow(table: table, number: number)) }
  }

  /// Sets all recorded rows aside.
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
  /// Whether the transaction added changes to the change log.
  let isLogged: Bool
}

extension Store {
  /// Reads from one state of the database. Afterwards, sets aside the faulty rows that `body` recorded.
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
    setAsideNow(wrongRows)
    return value
  }

  /// Sets faulty rows aside if the store can write. Runs on the caller's thread.
  func setAsideNow(_ wrongRows: WrongRows) {
    guard !wrongRows.rows.isEmpty else { return }
    var wrongRows = wrongRows
    let count = try? engine.writingNow { database in
      try wrongRows.setAside(in: database)
      _ = try ChangeLog.append(database.notedChanges, to: database)
      return wrongRows.setAsideCount
    }
    note(setAside: count ?? 0)
  }

  /// Writes in one transaction. On return, the transaction is on the disk.
  ///
  /// - Parameters:
  ///   - erasing: Whether the transaction deletes data. The deleted data is overwritten, and the reserve may be used.
  ///   - isOrdered: Whether other processes follow this change. The transaction waits for other ordered writes to end.
  ///   - counted: Called when the transaction is on the disk, before this process starts its next write. The caller can
  ///     therefore update its own state in the same order. The closure must not call the store.
  ///   - committed: Like `counted`, but not called if a follower applies the change. See ``follow(_:)``.
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
      // The row that was set aside may be a diagnosis, so the size must be computed again.
      shared.diagnosisBytes = nil
      return shared.setAsideHandler
    }
    handler?()
  }
}
