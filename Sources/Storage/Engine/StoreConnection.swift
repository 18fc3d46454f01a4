/// A connection to a database during a transaction.
///
/// Statements use only SQL that SQLite 3.40 and PostgreSQL 15 share, except where the code checks ``dialect``. The
/// placeholder for a value is `?`. A statement that uses a value more than once has the placeholders `?1` to `?9`.
protocol StoreConnection {
  var dialect: SQLDialect { get }

  /// Number of rows that the last statement inserted, changed or deleted.
  var changedRowCount: Int { get }

  /// Records a change of the transaction for the change log. Does nothing if the database has no change log.
  func note(_ change: StoreChange)

  /// The changes that the transaction has recorded.
  var notedChanges: [StoreChange] { get }

  /// Runs a statement and passes each row to `body`. `body` returns whether to continue, and may run other statements.
  ///
  /// All rows may be in memory at once. For a statement with many rows, use ``streamRows(_:_:_:)``.
  func forEachRow(_ sql: String, _ values: [SQLValue], _ body: (any RowColumns) throws -> Bool)
    throws

  /// Inserts one row into a table with row numbers.
  ///
  /// - Parameter sql: An `INSERT` statement.
  /// - Returns: The number of the row; nil if nothing was inserted.
  func insert(_ sql: String, _ values: [SQLValue]) throws -> Int?

  /// Runs a `SELECT` and passes each row to `body`, like ``forEachRow(_:_:_:)``. The rows are fetched in batches, so
  /// their number is not limited by memory.
  func streamRows(_ sql: String, _ values: [SQLValue], _ body: (any RowColumns) throws -> Bool)
    throws
}

/// The SQL dialect of a connection.
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

// These functions are inlined, because the compiler does not specialise generic functions for `any StoreConnection`.
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

  /// Reads the first row of a query with `body`; nil if the query returns no rows.
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

  /// Returns the number in the first column of the query's first row; nil if it is missing or not a number.
  @inline(__always)
  func integer(_ sql: String, _ values: [SQLValue] = []) throws -> Int? {
    try firstRow(sql, values) { $0.integer(0) } ?? nil
  }
}
