import GRDB
import GRDBSQLite

/// A value bound to a statement.
enum SQLValue {
  case null
  case integer(Int)
  case text(String)
  case bytes([UInt8])
  case floats([Float])
}

// GRDB cuts a text at its first zero byte and stops the process at a column of an unexpected type.
// Neither may happen with damaged or hostile content, so these functions check lengths and types.
extension Database {
  /// Runs a statement that returns no rows.
  func run(_ sql: String, _ values: [SQLValue] = []) throws {
    try forEachRow(sql, values) { _ in true }
  }

  /// Runs a query and passes each row to `body`, which returns whether to continue.
  func forEachRow(_ sql: String, _ values: [SQLValue] = [], _ body: (ResultRow) throws -> Bool)
    throws
  {
    let prepared = try cachedStatement(sql: sql)
    let statement = prepared.sqliteStatement
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
      withExtendedLifetime(prepared) {}
    }
    for (index, value) in values.enumerated() {
      try check(value.bind(to: statement, at: Int32(index + 1)))
    }
    while true {
      let code = sqlite3_step(statement)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else { throw failure(code) }
      guard try body(ResultRow(statement: statement)) else { return }
    }
  }

  /// Reads the first row of a query with `body`; nil if the query has no rows.
  func firstRow<Value>(
    _ sql: String, _ values: [SQLValue] = [], _ body: (ResultRow) throws -> Value
  ) throws -> Value? {
    var result: Value?
    try forEachRow(sql, values) { row in
      result = try body(row)
      return false
    }
    return result
  }

  /// The number in the first column of a query's first row; nil if it is missing or not a number.
  func integer(_ sql: String, _ values: [SQLValue] = []) throws -> Int? {
    try firstRow(sql, values) { $0.integer(0) } ?? nil
  }

  private func check(_ code: Int32) throws {
    guard code == SQLITE_OK else { throw failure(code) }
  }

  private func failure(_ code: Int32) -> SQLiteFailure {
    let systemError = sqliteConnection.map { sqlite3_system_errno($0) } ?? 0
    return SQLiteFailure(code: code, systemError: systemError)
  }
}

extension SQLValue {
  /// Tells SQLite to copy bound values.
  private static var transient: sqlite3_destructor_type {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }

  fileprivate func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    switch self {
    case .null: return sqlite3_bind_null(statement, index)
    case .integer(let value): return sqlite3_bind_int64(statement, index, Int64(value))
    case .text(var text):
      return text.withUTF8 { bytes in
        // SQLite would bind null for a nil address.
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
          return sqlite3_bind_text(statement, index, "", 0, Self.transient)
        }
        return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
          sqlite3_bind_text64(
            statement, index, $0, UInt64(bytes.count), Self.transient, UInt8(SQLITE_UTF8))
        }
      }
    case .bytes(let bytes): return bytes.withUnsafeBytes { Self.bind($0, to: statement, at: index) }
    case .floats(let floats):
      return floats.withUnsafeBytes { Self.bind($0, to: statement, at: index) }
    }
  }

  private static func bind(
    _ bytes: UnsafeRawBufferPointer, to statement: OpaquePointer, at index: Int32
  ) -> Int32 {
    guard let start = bytes.baseAddress, !bytes.isEmpty else {
      return sqlite3_bind_zeroblob(statement, index, 0)
    }
    return sqlite3_bind_blob64(statement, index, start, UInt64(bytes.count), transient)
  }
}

/// The current row of a running query.
struct ResultRow: RowColumns {
  fileprivate let statement: OpaquePointer

  func integer(_ column: Int32) -> Int? {
    guard sqlite3_column_type(statement, column) == SQLITE_INTEGER else { return nil }
    return Int(sqlite3_column_int64(statement, column))
  }

  func text(_ column: Int32) -> String? {
    guard sqlite3_column_type(statement, column) == SQLITE_TEXT else { return nil }
    guard let start = sqlite3_column_text(statement, column) else { return nil }
    let count = Int(sqlite3_column_bytes(statement, column))
    return String(validating: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  func isNull(_ column: Int32) -> Bool {
    sqlite3_column_type(statement, column) == SQLITE_NULL
  }

  /// Passes a blob's bytes to `body`. Safety: SQLite owns the bytes. They may be unaligned and are
  /// valid only during the call.
  func withBytes<Value>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Value) -> Value? {
    guard sqlite3_column_type(statement, column) == SQLITE_BLOB else { return nil }
    let count = Int(sqlite3_column_bytes(statement, column))
    guard count > 0 else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    guard let start = sqlite3_column_blob(statement, column) else { return nil }
    return body(UnsafeRawBufferPointer(start: start, count: count))
  }
}

/// Whether all numbers are finite.
func areFinite(_ floats: UnsafeBufferPointer<Float>) -> Bool {
  // Compares integers, because the compiler vectorises the maximum of integers.
  var largest: UInt32 = 0
  for float in floats { largest = max(largest, float.bitPattern & 0x7f80_0000) }
  return largest < 0x7f80_0000
}
