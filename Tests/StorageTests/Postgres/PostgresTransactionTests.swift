import Dispatch
import TestSupport
import Testing

@testable import Storage

/// Transactions, and what a commit is worth.
@Suite struct PostgresTransactionTests {
  private let address: String
  private let connection: PostgresConnection
  private let other: PostgresConnection

  init() throws {
    address = try PostgresServer.newDatabase()
    connection = try PostgresConnection(address)
    other = try PostgresConnection(address)
    try connection.run("CREATE SCHEMA brgsa")
    try connection.run("CREATE TABLE sample (number bigint PRIMARY KEY)")
  }

  private func count(_ connection: PostgresConnection) throws -> Int? {
    try connection.integer("SELECT count(*) FROM sample")
  }

  @Test func aTransactionIsVisibleOnceItIsCommitted() throws {
    try connection.begin(.readCommitted)
    #expect(connection.isInTransaction)
    try connection.run("INSERT INTO sample VALUES (1)")
    #expect(try count(other) == 0)
    try connection.commit()
    #expect(!connection.isInTransaction)
    #expect(try count(other) == 1)
    try connection.begin(.readCommitted)
    try connection.run("INSERT INTO sample VALUES (2)")
    try connection.rollback()
    #expect(try count(connection) == 1)
    try connection.rollback()
  }

  @Test func isolationDecidesWhatIsSeen() throws {
    try connection.begin(.repeatableRead, isReadOnly: true)
    #expect(try count(connection) == 0)
    try other.run("INSERT INTO sample VALUES (1)")
    #expect(try count(connection) == 0)
    try connection.commit()
    try connection.begin(.readCommitted)
    #expect(try count(connection) == 1)
    try other.run("INSERT INTO sample VALUES (2)")
    #expect(try count(connection) == 2)
    try connection.commit()
  }

  @Test func aFailedTransactionIsNotCommitted() throws {
    try connection.begin(.readCommitted)
    try connection.run("INSERT INTO sample VALUES (1)")
    let failure = try postgresFailure { try connection.run("INSERT INTO sample VALUES (1)") }
    #expect(failure == PostgresFailure(state: "23505"))
    #expect(connection.isInTransaction)
    let next = try postgresFailure { try connection.run("SELECT 1") }
    #expect(next == PostgresFailure(state: "25P02"))
    #expect(try postgresFailure { try connection.commit() } == .failedTransaction)
    #expect(try count(connection) == 0)
  }

  @Test func transactionsDoNotNestAndDoNotEndTwice() throws {
    try connection.begin(.readCommitted)
    #expect(try postgresFailure { try connection.begin(.readCommitted) } == .activeTransaction)
    try connection.commit()
    let failure = try postgresFailure { try connection.commit() }
    #expect(failure == PostgresFailure(state: "25P01"))
  }

  @Test func conflictsAreBusyAndReadersDoNotWrite() throws {
    try connection.run("INSERT INTO sample VALUES (1)")
    try connection.begin(.repeatableRead)
    _ = try count(connection)
    try other.run("UPDATE sample SET number = 2")
    let conflict = try postgresFailure { try connection.run("UPDATE sample SET number = 3") }
    #expect(conflict?.state == "40001")
    #expect(conflict?.kind == .busy)
    try connection.rollback()

    try other.begin(.readCommitted)
    try other.run("SELECT number FROM sample FOR UPDATE")
    let locked = try postgresFailure {
      try connection.run("SELECT number FROM sample FOR UPDATE NOWAIT")
    }
    #expect(locked?.kind == .busy)
    try other.rollback()

    try connection.begin(.readCommitted, isReadOnly: true)
    let readOnly = try postgresFailure { try connection.run("DELETE FROM sample") }
    #expect(readOnly?.kind == .readOnly)
    try connection.rollback()
  }

  @Test func aCommitWithAWarningThrows() throws {
    try connection.run(
      """
      CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql
      AS 'BEGIN RAISE NOTICE ''n''; RAISE WARNING ''w''; RETURN NULL; END'
      """)
    try connection.run(
      """
      CREATE CONSTRAINT TRIGGER warning AFTER INSERT ON sample
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warn()
      """)
    // Whatever the server sends to other clients.
    let quiet = try PostgresConnection("\(address) options='-c client_min_messages=error'")
    for (number, connection) in [connection, quiet].enumerated() {
      try connection.begin(.readCommitted)
      try connection.run("INSERT INTO sample VALUES (?)", [.integer(number)])
      let failure = try postgresFailure { try connection.commit() }
      #expect(failure == PostgresFailure(state: "01000"))
      try connection.transaction { try connection.run("DELETE FROM sample") }
    }
  }

  @Test func aCommitThatNoStandbyHasThrows() async throws {
    // The server waits for a standby that does not exist, until the wait is cancelled.
    try connection.run("SET synchronous_commit = on")
    try connection.begin(.readCommitted)
    try connection.run("INSERT INTO sample VALUES (1)")
    async let commit = withCheckedContinuation { continuation in
      DispatchQueue.global().async { [connection] in
        continuation.resume(returning: Result { try postgresFailure { try connection.commit() } })
      }
    }
    let process = connection.serverProcess
    while try other.integer(
      "SELECT count(*) FROM pg_stat_activity WHERE pid = \(process) AND wait_event = 'SyncRep'")
      != 1
    {
      try await Task.sleep(for: .milliseconds(10))
    }
    try other.run("SELECT pg_cancel_backend(\(process))")
    let failure = try await commit.get()
    #expect(failure == PostgresFailure(state: "01000"))
    #expect(!connection.isInTransaction)
    #expect(try count(other) == 1)
  }
}
