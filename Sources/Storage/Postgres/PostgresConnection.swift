import CLibPQ

/// A session on a PostgreSQL server.
///
/// Calls block. After a failure whose ``PostgresFailure/isConnectionLost`` is true, the connection is unusable, and its
/// owner must create a new one.
///
/// `@unchecked Sendable`: the owner lets only one thread at a time use the connection.
final class PostgresConnection: StoreConnection, @unchecked Sendable {
  private let handle: PostgresHandle
  /// The names of the statements that are prepared on the server.
  private var statements: [Statement: String] = [:]
  /// Number of names given to prepared statements and cursors. A name is never reused.
  private var namesGiven = 0
  private(set) var changedRowCount = 0
  private(set) var notedChanges: [StoreChange] = []

  let dialect = SQLDialect.postgreSQL

  /// A statement's text and the types of its values, as declared to the server.
  private struct Statement: Hashable {
    let sql: String
    let types: [Oid]
  }

  /// The maximum number of prepared statements. Their texts vary, for example, with the number of tags in a query.
  private static let statementLimit = 256

  /// Connects to a server and sets up the session.
  ///
  /// - Parameter address: A `postgresql://` URI or the keywords and values of libpq.
  init(_ address: String) throws(PostgresFailure) {
    handle = try PostgresHandle(address)
    let list = Self.sessionSettings.map { "set_config('\($0.0)', '\($0.1)', false)" }
    _ = try perform("SELECT \(list.joined(separator: ", "))")
  }

  /// The settings of the session.
  private static let sessionSettings = [
    ("search_path", "\(PostgresSchema.name), pg_temp"), ("standard_conforming_strings", "on"),
    // PostgreSQL reports a commit that was not replicated only as a warning.
    ("client_min_messages", "warning"),
    // If the client's machine disappears, the server soon ends the session and releases its locks.
    ("tcp_keepalives_idle", "2"), ("tcp_keepalives_interval", "1"), ("tcp_keepalives_count", "3"),
  ]

  /// False after the connection was lost.
  var isOpen: Bool { handle.isOpen }

  /// True during a transaction, even after one of its statements has failed.
  var isInTransaction: Bool {
    [PQTRANS_INTRANS, PQTRANS_INERROR].contains(PQtransactionStatus(handle.connection))
  }

  /// The process ID of the session on the server.
  var serverProcess: Int32 { PQbackendPID(handle.connection) }

  func forEachRow(_ sql: String, _ values: [SQLValue], _ body: (any RowColumns) throws -> Bool)
    throws
  {
    _ = try execute(sql, values).forEachRow(body)
  }

  func insert(_ sql: String, _ values: [SQLValue]) throws -> Int? {
    try integer("\(sql) RETURNING number", values)
  }

  /// Requires a transaction, because the rows come from a cursor. If `body` changes rows, the cursor still returns
  /// their old content.
  func streamRows(_ sql: String, _ values: [SQLValue], _ body: (any RowColumns) throws -> Bool)
    throws
  {
    let cursor = nextName()
    _ = try perform("DECLARE \(cursor) NO SCROLL CURSOR FOR \(sql)", values)
    do {
      var batch = 16
      while true {
        let rows = try perform("FETCH \(batch) FROM \(cursor)")
        guard try rows.forEachRow(body), rows.count == batch else { break }
        batch = Self.nextBatch(after: rows)
      }
    } catch {
      // In a failed transaction, the cursor is already closed and this statement fails.
      _ = try? perform("CLOSE \(cursor)")
      throw error
    }
    _ = try perform("CLOSE \(cursor)")
  }

  /// Returns how many rows to fetch next: about 4 MiB of rows, from 1 to 256.
  private static func nextBatch(after rows: PostgresResult) -> Int {
    let average = max(rows.byteCount / max(Int(rows.count), 1), 1)
    return min(max((4 << 20) / average, 1), 256)
  }

  func note(_ change: StoreChange) { notedChanges.append(change) }

  /// Discards the recorded changes of the previous transaction.
  fileprivate func forgetChanges() { notedChanges = [] }

  private func nextName() -> String {
    namesGiven += 1
    return "brgsa_\(namesGiven)"
  }
}

extension PostgresConnection {
  /// Which commits of other transactions a transaction sees.
  enum Isolation: String {
    /// Each statement sees all commits that precede the statement.
    case readCommitted = "READ COMMITTED"
    /// All statements see only the commits that precede the transaction's first statement.
    case repeatableRead = "REPEATABLE READ"
  }

  /// Starts a transaction.
  func begin(_ isolation: Isolation, isReadOnly: Bool = false) throws(PostgresFailure) {
    if isInTransaction { throw .activeTransaction }
    forgetChanges()
    let access = isReadOnly ? "READ ONLY" : "READ WRITE"
    _ = try perform("BEGIN ISOLATION LEVEL \(isolation.rawValue), \(access)")
  }

  /// Commits the transaction.
  ///
  /// Throws if the commit causes a warning; the failure then has the warning's SQLSTATE. PostgreSQL warns with 01000 if
  /// a wait for a standby was cancelled, so that the transaction is only on this server. After such a failure, or after
  /// a lost connection, the transaction may have been applied nevertheless.
  func commit() throws(PostgresFailure) {
    handle.warnings = []
    let result = try perform("COMMIT")
    // For a failed transaction, PostgreSQL performs a rollback instead and reports no error.
    guard result.command == "COMMIT" else { throw .failedTransaction }
    if let state = handle.warnings.first { throw PostgresFailure(state: state) }
  }

  /// Rolls back the transaction, if one is running.
  func rollback() throws(PostgresFailure) {
    guard isInTransaction else { return }
    _ = try perform("ROLLBACK")
  }
}

extension PostgresConnection {
  /// Runs a statement. Each combination of text and types is prepared only once.
  private func execute(_ sql: String, _ values: [SQLValue]) throws(PostgresFailure)
    -> PostgresResult
  {
    let statement = Statement(sql: sql, types: PostgresParameters.types(of: values))
    let name = if let known = statements[statement] { known } else { try prepare(statement) }
    do throws(PostgresFailure) {
      return try finish(
        PostgresParameters.with(values) { [connection = handle.connection] values in
          PQexecPrepared(
            connection, name, values.count, values.addresses, values.lengths, values.formats, 1)
        })
    } catch {
      // A change of a table or `DISCARD ALL` invalidates the statement. The next call prepares it again.
      if ["0A000", "26000"].contains(error.state) { statements[statement] = nil }
      throw error
    }
  }

  private func prepare(_ statement: Statement) throws(PostgresFailure) -> String {
    if statements.count >= Self.statementLimit {
      _ = try perform("DEALLOCATE ALL")
      statements = [:]
    }
    let name = nextName()
    _ = try finish(
      PQprepare(
        handle.connection, name, PostgresPlaceholders.numbered(statement.sql),
        Int32(clamping: statement.types.count), statement.types))
    statements[statement] = name
    return name
  }

  /// Runs a statement without preparing it.
  private func perform(_ sql: String, _ values: [SQLValue] = []) throws(PostgresFailure)
    -> PostgresResult
  {
    let text = PostgresPlaceholders.numbered(sql)
    return try finish(
      PostgresParameters.with(values) { [connection = handle.connection] values in
        PQexecParams(
          connection, text, values.count, values.types, values.addresses, values.lengths,
          values.formats, 1)
      })
  }

  /// Takes ownership of libpq's result and checks whether the statement succeeded.
  private func finish(_ result: OpaquePointer?) throws(PostgresFailure) -> PostgresResult {
    guard let result else { throw PostgresFailure(nil, on: handle.connection) }
    let status = PQresultStatus(result)
    guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY].contains(status) else {
      defer { PQclear(result) }
      throw PostgresFailure(result, on: handle.connection)
    }
    let rows = PostgresResult(result)
    changedRowCount = rows.changedRowCount
    return rows
  }
}
