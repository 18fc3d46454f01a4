import GRDB
import GRDBSQLite

// GRDB truncates a text at its first zero byte, and stops the process if a column has an unexpected type. Damaged or
// hostile data must cause neither, so these functions check lengths and types.
extension Database: StoreConnection {
  var dialect: SQLDialect { .sqlite }

  var changedRowCount: Int { changesCount }

  var notedChanges: [StoreChange] { [] }

  func note(_ change: StoreChange) {}

  func forEachRow(_ sql: String, _ values: [SQLValue], _ body: (any RowColumns) throws -> Bool)
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
      guard try body(SQLiteRow(statement: statement)) else { return }
    }
  }

  // With `RETURNING`, SQLite would first collect the rows in a temporary table.
  func insert(_ sql: String, _ values: [SQLValue]) throws -> Int? {
    try forEachRow(sql, values) { _ in true }
    return changesCount > 0 ? Int(lastInsertedRowID) : nil
  }

  // SQLite computes each row only when it is read.
  func streamRows(_ sql: String, _ values: [SQLValue], _ body: (any RowColumns) throws -> Bool)
    throws
  {
    try forEachRow(sql, values, body)
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
  /// Makes SQLite copy bound values.
  private static var transient: sqlite3_destructor_type {
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }

  fileprivate func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    switch self {
    case .null: return sqlite3_bind_null(statement, index)
    case .integer(let value): return sqlite3_bind_int64(statement, index, Int64(value))
    case .text(var text):
      return text.withUTF8 { bytes in
        // For a nil address, SQLite would bind null.
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

/// The current row of a query that is running.
struct SQLiteRow: RowColumns {
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
  func passBytes(_ column: Int32, to body: (UnsafeRawBufferPointer) -> Void) {
    guard sqlite3_column_type(statement, column) == SQLITE_BLOB else { return }
    let count = Int(sqlite3_column_bytes(statement, column))
    guard count > 0 else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    guard let start = sqlite3_column_blob(statement, column) else { return }
    body(UnsafeRawBufferPointer(start: start, count: count))
  }
}
