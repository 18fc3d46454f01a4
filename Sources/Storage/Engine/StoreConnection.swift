/// A connection to a database, during a transaction.
///
/// Statements are in the SQL that SQLite 3.40 and PostgreSQL 15 share, except where ``dialect`` is asked. A value's
/// place is `?`, or `?1` to `?9` if the statement repeats it.
protocol StoreConnection {
  var dialect: SQLDialect { get }

  /// Number of rows that the last statement inserted, changed or deleted.
  var changedRowCount: Int { get }

  /// Records a change of the transaction for the log of changes. Without a log, nothing happens.
  func note(_ change: StoreChange)

  /// The changes that the transaction has recorded.
  var notedChanges: [StoreChange] { get }

  /// Runs a statement and passes each row to `body`, which returns whether to continue. All rows may be in memory at
  /// once, so use ``streamRows(_:_:_:)`` for a statement with many rows. `body` may run other statements.
  func forEachRow(_ sql: String, _ values: [SQLValue], _ body: (any RowColumns) throws -> Bool)
    throws

  /// Runs an `INSERT` of one row into a table with numbers.
  ///
  /// - Returns: The row's number; nil if nothing was inserted.
  func insert(_ sql: String, _ values: [SQLValue]) throws -> Int?

  /// Like ``forEachRow(_:_:_:)``, but for a `SELECT` with any number of rows, which are fetched in batches.
  func streamRows(_ sql: String, _ values: [SQLValue], _ body: (any RowColumns) throws -> Bool)
    throws
}

/// Whose SQL a connection understands.
enum SQLDialect: Sendable {
  case sqlite, postgreSQL
}

/// A value bound to a statement.
enum SQLValue {
  case null
  case integer(Int)
  case text(String)
  case bytes([UInt8])
  case floats([Float])
}

// Inlined, because the compiler does not specialise generic functions for `any StoreConnection`.
extension StoreConnection {
  /// Runs a statement that returns no rows.
  @inline(__always)
  func run(_ sql: String, _ values: [SQLValue] = []) throws {
    try forEachRow(sql, values) { _ in true }
  }

  /// Runs a query without values.
  @inline(__always)
  func forEachRow(_ sql: String, _ body: (any RowColumns) throws -> Bool) throws {
    try forEachRow(sql, [], body)
  }

  /// Reads the first row of a query with `body`; nil if the query has no rows.
  @inline(__always)
  func firstRow<Value>(
    _ sql: String, _ values: [SQLValue] = [], _ body: (any RowColumns) throws -> Value
  ) throws -> Value? {
    var result: Value?
    try forEachRow(sql, values) { row in
      result = try body(row)
      return false
    }
    return result
  }

  /// The number in the first column of a query's first row; nil if it is missing or not a number.
  @inline(__always)
  func integer(_ sql: String, _ values: [SQLValue] = []) throws -> Int? {
    try firstRow(sql, values) { $0.integer(0) } ?? nil
  }
}
