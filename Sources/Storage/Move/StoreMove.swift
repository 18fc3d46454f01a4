/// What `brgsa db move` found in one table.
public struct MovedTableResult: Sendable, Equatable {
  /// The number of rows of a store, and a digest of their values in the order of their keys.
  public struct Content: Sendable, Equatable {
    /// Number of sound rows.
    public let rows: Int
    /// SHA-256 in hexadecimal digits.
    public let digest: String

    init(_ digest: TableDigest) {
      rows = digest.rows
      self.digest = digest.text
    }
  }

  /// The table's name.
  public let table: String
  /// The rows of the store that was read, without those that were left out.
  public let source: Content
  /// The rows of the store that was written.
  public let target: Content
  /// The numbers of rows with a wrong checksum or shape. They were left out. 0 stands for a row without a number.
  public let wrongRows: [Int]
  /// Number of rows that were left out because they belong to a wrong row of another table.
  public let dependentRows: Int

  /// Whether all rows were moved and both stores now have the same rows.
  public var isComplete: Bool { source == target && wrongRows.isEmpty && dependentRows == 0 }
}

/// Why a store was not moved.
public enum StoreMoveError: Error, Equatable, Sendable {
  /// The store that is read cannot be used.
  case source(StoreError)
  /// The place that is read contains no store.
  case noSource
  /// The store that is written cannot be used.
  case target(StoreError)
  /// Both are the same store.
  case sameStore
  /// A store in memory has nothing to move, and cannot be used afterwards.
  case inMemory
  /// The store that is written has a row that the other one does not have: one with this number, if rows of the table
  /// have numbers.
  case otherRows(table: String, number: Int?)
}

/// Copies all rows of a store into another one, table by table and in the order of their keys.
///
/// The values are copied as they are, so checksums stay valid. Each row is checked first. Rows that the target already
/// has are compared, so a move that was stopped can be repeated.
struct StoreMove {
  let source: any StoreEngine
  let target: any StoreEngine
  /// Called after each transaction with the table's name and the number of its rows so far.
  let progress: (String, Int) -> Void
  /// The numbers of the rows that were left out, by table.
  private var leftOut: [String: Set<Int>] = [:]

  /// Maximum number of rows of one transaction.
  var batchRows = 1000
  /// Bytes of the rows of one transaction. A larger row has a transaction of its own.
  static let batchBytes = 8 << 20
  /// Maximum number of rows of one statement.
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

  /// Rows that follow one another.
  private struct Batch {
    enum Row {
      case sound(MovedRow)
      case wrong
      /// The row belongs to one that was left out.
      case dependent
    }

    var rows: [(key: MovedKey, row: Row)] = []
    /// Whether the table has no further rows.
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

  /// Inserts the rows that the target lacks, in one transaction.
  private func write(
    _ batch: Batch, of table: MovedTable, after last: MovedKey?
  ) throws(StoreMoveError) {
    let upper = batch.rows.last?.key
    let known = Dictionary(
      batch.rows.map { ($0.key.identity, $0.row) }, uniquingKeysWith: { first, _ in first })
    try writing { database in
      let keys = try table.keys(
        after: last, through: upper, limit: batch.rows.count + 1, in: database)
      // Another row may be large, so only rows that may be equal are read.
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
      // A row with another key has the same unique value.
      guard database.changedRowCount == part.count else {
        throw StoreMoveError.otherRows(table: table.name, number: nil)
      }
    }
    switch database.dialect {
    // The next number is one more than the largest.
    case .sqlite: break
    case .postgreSQL:
      if table.key.map(\.name) == ["number"] { try advanceNumbers(of: table, database) }
      // Whoever knows an earlier state reads everything again.
      database.note(StoreChange(kind: .losses, id: ""))
      _ = try ChangeLog.append(database.notedChanges, to: database)
    }
  }

  /// Makes PostgreSQL number new rows after the present ones.
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

  /// Reads all rows of the target.
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

  /// Writes in one transaction.
  private func writing(
    _ body: (any StoreConnection) throws -> Void
  ) throws(StoreMoveError) {
    var failure: StoreMoveError?
    do {
      try target.writingNow { database in
        failure = nil
        do { try body(database) } catch let error as StoreMoveError {
          failure = error
          // Rolls the transaction back.
          throw StoreError.unfit
        }
      }
    } catch { throw failure ?? .target(error) }
  }
}
