import TestSupport

@testable import Storage

extension PostgresServer {
  /// Makes an empty database and connects to it.
  static func newConnection() throws -> PostgresConnection {
    try PostgresConnection(newDatabase())
  }
}

/// The failure of a call; nil if the call succeeded.
func postgresFailure(_ body: () throws -> Void) throws -> PostgresFailure? {
  do {
    try body()
    return nil
  } catch let error as PostgresFailure { return error }
}

extension PostgresConnection {
  /// Runs a transaction.
  func transaction(_ body: () throws -> Void) throws {
    try begin(.readCommitted)
    do {
      try body()
      try commit()
    } catch {
      try? rollback()
      throw error
    }
  }

  /// Passes the first row of a query to `body`.
  func row<Value>(
    _ sql: String, _ values: [SQLValue] = [], _ body: (PostgresRow) throws -> Value
  ) throws -> Value? {
    try firstRow(sql, values) { row in try (row as? PostgresRow).map(body) } ?? nil
  }

  /// Ends another session, and waits until it has ended.
  func end(_ other: PostgresConnection) throws {
    try run("SELECT pg_terminate_backend(\(other.serverProcess), 600000)")
  }
}
