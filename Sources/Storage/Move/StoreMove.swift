/// The result of `brgsa db move` for one table.
public struct MovedTableResult: Sendable, Equatable {
  /// The number of rows in a table of one store, and a digest of their values in key order.
  public struct Content: Sendable, Equatable {
    /// Number of valid rows.
    public let rows: Int
    /// The SHA-256 digest in hexadecimal.
    public let digest: String

    init(_ digest: TableDigest) {
      rows = digest.rows
      self.digest = digest.text
    }
  }

  /// The table's name.
  public let table: String
  /// The rows in the source, without those that were skipped.
  public let source: Content
  /// The rows in the target.
  public let target: Content
  /// The numbers of the rows that were skipped because they have a wrong checksum or invalid columns. 0 represents a
  /// row without a number.
  public let wrongRows: [Int]
  /// Number of rows that were skipped because they belong to a skipped row of another table.
  public let dependentRows: Int

  /// Whether all rows were moved and both stores now contain the same rows.
  public var isComplete: Bool { source == target && wrongRows.isEmpty && dependentRows == 0 }
}

/// The reason why a store was not moved.
public enum StoreMoveError: Error, Equatable, Sendable {
  /// The source cannot be used.
  case source(StoreError)
  /// The path or address of the source contains no store.
  case noSource
  /// The target cannot be used.
  case target(StoreError)
  /// Source and target are the same store.
  case sameStore
  /// The source or the target is a store in memory. Its data does not exist outside the process, so a move is useless.
  case inMemory
  /// The target contains a row that the source does not contain, or contains with other values. `number` is the number
  /// of one such row. It is nil if rows of the table have no numbers, or if only a value in a unique column conflicts.
  case otherRows(table: String, number: Int?)
}

/// Copies all rows of one store to another, table by table and in key order.
///
/// Each row is checked before it is copied. Values are copied unchanged, so checksums remain valid. Rows that the
/// target already has are compared, so an interrupted move can be repeated.
struct StoreMove {
  let source: any StoreEngine
  let target: any StoreEngine
  /// Called after each transaction with the table's name and the number of its rows moved so far.
  let progress: (String, Int) -> Void
  /// The numbers of the rows that were skipped, by table.
  private var leftOut: [String: Set<Int>] = [:]

  /// Maximum number of rows in one transaction.
  var batchRows = 1000
  /// Maximum total size in bytes of the rows in one transaction. A larger row has its own transaction.
  static let batchBytes = 8 << 20
  /// Maximum number of rows in one statement.
  private static let statementRows = 100

  init(
    from source: any StoreEngine, to target: any StoreEngine,
    progress: @escaping (String, Int) -> Void = { _, _ in }
  ) {
    self.source = source
    self.target = target
    self.progress = progress
  }

  /// Moves all tables.
  mutating func run() throws(StoreMoveError) -> [MovedTableResult] {
    let tables: [MovedTable]
    do { tables = try MovedTable.all() } catch { throw .source(StoreError(error)) }
    var results: [MovedTableResult] = []
    for table in tables { results.append(try move(table)) }
    return results
  }

  private mutating func move(_ table: MovedTable) throws(StoreMoveError) -> MovedTableResult {
    let spaces = try reading { try EmbeddingSpace.all(in: $0) }
    var moved = TableDigest()
    var wrongRows: [Int] = []
    var dependentRows = 0
    var last: MovedKey?
    while true {
      let batch = try read(table, after: last, spaces)
      try write(batch, of: table, after: last)
      for (key, row) in batch.rows {
        switch row {
        case .sound(let row): moved.add(row)
        case .wrong:
          wrongRows.append(key.number ?? 0)
          leave(key, of: table)
        case .dependent:
          dependentRows += 1
          leave(key, of: table)
        }
      }
      progress(table.name, moved.rows)
      if batch.isLast { break }
      last = batch.rows.last?.key
    }
    return MovedTableResult(
      table: table.name, source: .init(moved), target: .init(try digest(of: table)),
      wrongRows: wrongRows, dependentRows: dependentRows)
  }

  private mutating func leave(_ key: MovedKey, of table: MovedTable) {
    if let number = key.number { leftOut[table.name, default: []].insert(number) }
  }

  /// Consecutive rows of a table.
  private struct Batch {
    enum Row {
      case sound(MovedRow)
      case wrong
      /// The row belongs to a row that was skipped.
      case dependent
    }

    var rows: [(key: MovedKey, row: Row)] = []
    /// Whether the table has no more rows.
    var isLast = true
  }

  private func read(
    _ table: MovedTable, after last: MovedKey?, _ spaces: [Int: EmbeddingSpace]
  ) throws(StoreMoveError) -> Batch {
    let references = table.references.compactMap { reference in
      table.columns.firstIndex { $0.name == reference.column }.map { ($0, reference.table) }
    }
    return try reading { database in
      var batch = Batch()
      let keys = try table.keys(
        after: last, limit: batchRows, bytes: Self.batchBytes, in: database)
      guard !keys.isEmpty else { return batch }
      batch.isLast = false
      try table.forEachRow(after: last, keys: keys, checkedWith: spaces, in: database) { key, row in
        let isDependent = references.contains { column, other in
          guard case .integer(let number)? = row?.values[column] else { return false }
          return leftOut[other]?.contains(number) == true
        }
        batch.rows.append((key, isDependent ? .dependent : row.map { .sound($0) } ?? .wrong))
      }
      return batch
    }
  }

  /// Inserts the rows that are missing from the target, in one transaction.
  private func write(
    _ batch: Batch, of table: MovedTable, after last: MovedKey?
  ) throws(StoreMoveError) {
    let upper = batch.rows.last?.key
    let known = Dictionary(
      batch.rows.map { ($0.key.identity, $0.row) }, uniquingKeysWith: { first, _ in first })
    try writing { database in
      let keys = try table.keys(
        after: last, through: upper, limit: batch.rows.count + 1, in: database)
      // Other rows of the target may be large, so rows are read only if they may equal rows of the batch.
      for key in keys where known[key.identity] == nil {
        throw StoreMoveError.otherRows(table: table.name, number: key.number)
      }
      var present: Set<[UInt8]> = []
      if !keys.isEmpty {
        let sizes = Dictionary(
          batch.rows.map { ($0.key.identity, $0.key.size) }, uniquingKeysWith: { first, _ in first }
        )
        for key in keys where sizes[key.identity] != key.size {
          guard case .sound? = known[key.identity] else { continue }
          throw StoreMoveError.otherRows(table: table.name, number: key.number)
        }
        try table.forEachRow(after: last, keys: keys, checkedWith: nil, in: database) { key, row in
          present.insert(key.identity)
          guard case .sound(let expected)? = known[key.identity] else { return }
          guard row?.digest == expected.digest else {
            throw StoreMoveError.otherRows(table: table.name, number: key.number)
          }
        }
      }
      let missing = batch.rows.compactMap { entry -> MovedRow? in
        guard case .sound(let row) = entry.row, !present.contains(row.identity) else { return nil }
        return row
      }
      guard !missing.isEmpty else { return }
      try insert(missing, into: table, database)
    }
  }

  private func insert(
    _ rows: [MovedRow], into table: MovedTable, _ database: any StoreConnection
  ) throws {
    try ChangeLog.lock(database)
    for start in stride(from: 0, to: rows.count, by: Self.statementRows) {
      let part = rows[start..<min(start + Self.statementRows, rows.count)]
      try database.run(table.insertion(rows: part.count), part.flatMap(\.values))
      // If fewer rows were inserted, a row with another key has the same value in a unique column.
      guard database.changedRowCount == part.count else {
        throw StoreMoveError.otherRows(table: table.name, number: nil)
      }
    }
    switch database.dialect {
    // SQLite gives a new row the largest number plus one.
    case .sqlite: break
    case .postgreSQL:
      if table.key.map(\.name) == ["number"] { try advanceNumbers(of: table, database) }
      // Makes followers that know an earlier state read everything again.
      database.note(StoreChange(kind: .losses, id: ""))
      _ = try ChangeLog.append(database.notedChanges, to: database)
    }
  }

  /// Makes PostgreSQL number new rows after the existing rows.
  private func advanceNumbers(
    of table: MovedTable, _ database: any StoreConnection
  ) throws {
    let sequence = "pg_get_serial_sequence('\(PostgresSchema.name).\(table.name)', 'number')"
    _ = try database.integer(
      """
      SELECT setval(\(sequence), greatest(max(number), 1,
        coalesce(pg_sequence_last_value(CAST(\(sequence) AS regclass)), 1)))
      FROM \(table.name)
      """)
  }

  /// Computes the digest of all rows in the target.
  private func digest(of table: MovedTable) throws(StoreMoveError) -> TableDigest {
    var digest = TableDigest()
    var last: MovedKey?
    while true {
      let (part, next) = try readingTarget { database in
        var part = digest
        let keys = try table.keys(
          after: last, limit: batchRows, bytes: Self.batchBytes, in: database)
        guard !keys.isEmpty else { return (part, MovedKey?.none) }
        try table.forEachRow(after: last, keys: keys, checkedWith: nil, in: database) { _, row in
          if let row { part.add(row) }
        }
        return (part, keys.last)
      }
      digest = part
      guard let next else { return digest }
      last = next
    }
  }

  private func reading<Value>(
    _ body: (any StoreConnection) throws -> Value
  ) throws(StoreMoveError) -> Value {
    do { return try source.readingNow(body) } catch { throw .source(error) }
  }

  private func readingTarget<Value>(
    _ body: (any StoreConnection) throws -> Value
  ) throws(StoreMoveError) -> Value {
    do { return try target.readingNow(body) } catch { throw .target(error) }
  }

  /// Runs `body` in one transaction on the target.
  private func writing(
    _ body: (any StoreConnection) throws -> Void
  ) throws(StoreMoveError) {
    var failure: StoreMoveError?
    do {
      try target.writingNow { database in
        failure = nil
        do { try body(database) } catch let error as StoreMoveError {
          failure = error
          // This error makes the engine roll back the transaction.
          throw StoreError.unfit
        }
      }
    } catch { throw failure ?? .target(error) }
  }
}
