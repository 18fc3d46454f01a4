import GRDB
import TestSupport
import Testing

@testable import Storage

/// The tables in PostgreSQL.
@Suite struct PostgresSchemaTests {
  private func prepared(_ address: String) throws -> PostgresConnection {
    let connection = try PostgresConnection(address)
    try PostgresSchema.prepare(connection)
    return connection
  }

  @Test func theColumnsAreThoseOfSQLite() throws {
    let connection = try prepared(PostgresServer.newDatabase())
    let queue = try DatabaseQueue()
    try StoreSchema.migrations.migrate(queue)
    for table in StoredTable.allCases.map(\.rawValue) + ["volume_tag"] {
      let expected = try queue.read { database in
        try Row.fetchAll(database, sql: "PRAGMA table_info(\(table))").map { row -> [String] in
          let name: String = row["name"]
          let type: String = row["type"]
          // Rows of identity are never null, which SQLite does not say.
          let isOptional = row["notnull"] == 0 && row["pk"] == 0
          return [name, type, isOptional ? "YES" : "NO"]
        }
      }
      var columns: [[String]] = []
      try connection.forEachRow(
        """
        SELECT column_name::text, data_type::text, is_nullable::text FROM information_schema.columns
        WHERE table_schema = 'brgsa' AND table_name = '\(table)' ORDER BY ordinal_position
        """
      ) { row in
        columns.append((0..<3).map { row.text($0) ?? "" })
        return true
      }
      #expect(columns.map { [$0[0], $0[2]] } == expected.map { [$0[0], $0[2]] }, "\(table)")
      for (found, wanted) in zip(columns, expected) {
        let types = ["INTEGER": ["bigint"], "BLOB": ["bytea"], "TEXT": ["text", "bytea"]][wanted[1]]
        #expect(types?.contains(found[1]) == true, "\(table).\(found[0])")
      }
    }
  }

  @Test func preparingTwiceChangesNothing() throws {
    let address = try PostgresServer.newDatabase()
    let connection = try prepared(address)
    try connection.run(
      "INSERT INTO space (model, recipe, components) VALUES ('a', 'b', 3)")
    let again = try prepared(address)
    #expect(try again.integer("SELECT components FROM space") == 3)
    #expect(try again.integer("SELECT version FROM schema") == PostgresSchema.version)
    #expect(try again.integer("SELECT count(*) FROM schema") == 1)
    #expect(!again.isInTransaction)
  }

  @Test func severalProcessesMayPrepareAtOnce() async throws {
    let address = try PostgresServer.newDatabase()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 { group.addTask { _ = try prepared(address) } }
      try await group.waitForAll()
    }
    let connection = try PostgresConnection(address)
    #expect(try connection.integer("SELECT count(*) FROM schema") == 1)
  }

  @Test func tablesThatNeedALaterProgramAreRefused() throws {
    let address = try PostgresServer.newDatabase()
    let connection = try prepared(address)
    let known = PostgresSchema.version
    try connection.run("UPDATE schema SET version = \(known + 3), oldest_reader = \(known)")
    try PostgresSchema.prepare(connection)
    #expect(try connection.integer("SELECT version FROM schema") == known + 3)
    try connection.run("UPDATE schema SET oldest_reader = \(known + 1)")
    #expect(throws: StoreError.newerSchema(found: known + 3, known: known)) {
      _ = try prepared(address)
    }
    try connection.run("UPDATE schema SET version = 0")
    #expect(throws: StoreError.corrupt) { _ = try prepared(address) }
    try connection.run("DELETE FROM schema")
    #expect(throws: StoreError.corrupt) { _ = try prepared(address) }
  }

  @Test func tablesOfAnotherProgramAreRefused() throws {
    let address = try PostgresServer.newDatabase()
    let connection = try PostgresConnection(address)
    try connection.run("CREATE SCHEMA brgsa")
    try connection.run("CREATE TABLE other (number bigint)")
    #expect(throws: StoreError.foreign) { try PostgresSchema.prepare(connection) }
    try connection.run("DROP TABLE other")
    try PostgresSchema.prepare(connection)
    // Tables elsewhere in the database are of no concern.
    #expect(try connection.integer("SELECT count(*) FROM volume") == 0)
  }

  @Test func aFailedPreparationLeavesNothing() throws {
    let address = try PostgresServer.newDatabase()
    let name = try #require(address.split(separator: "=").last)
    let owner = try PostgresConnection(address)
    let role = "reader_\(name)"
    try owner.run("CREATE ROLE \(role) LOGIN")
    let guest = address.replacing("user=brgsa", with: "user=\(role)")
    let connection = try PostgresConnection(guest)
    let failure = try postgresFailure { try PostgresSchema.prepare(connection) }
    #expect(failure == PostgresFailure(state: "42501"))
    #expect(!connection.isInTransaction)
    #expect(try PostgresSchema.installedVersion(owner) == 0)
    // With the tables there, their users need no right to make tables.
    try PostgresSchema.prepare(owner)
    try owner.run("GRANT USAGE ON SCHEMA brgsa TO \(role)")
    try owner.run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA brgsa TO \(role)")
    let user = try prepared(guest)
    try user.run("INSERT INTO space (model, recipe, components) VALUES ('a', 'b', 3)")
    #expect(try user.integer("SELECT number FROM space") == 1)
  }

  @Test func clientsTextsMayHaveZeroBytesAndIdsSortByTheirBytes() throws {
    let connection = try prepared(PostgresServer.newDatabase())
    let insertion = """
      INSERT INTO volume (id, created_at, byte_count, input_digest, metadata_checksum, metadata,
        checksum, document) VALUES (?, 1, 1, ?, 1, ?, 1, ?) RETURNING number
      """
    for id in ["b", "B", "a", "é", "Z"] {
      let number = try connection.integer(
        insertion, [.text(id), .bytes([0]), .bytes([]), .bytes([])])
      try connection.run(
        "INSERT INTO volume_tag (name, value, volume) VALUES (?, ?, ?)",
        [.text("n\0"), .text("\0\(id)"), .integer(try #require(number))])
    }
    var ids: [String?] = []
    try connection.forEachRow("SELECT id FROM volume ORDER BY created_at, id") { row in
      ids.append(row.text(0))
      return true
    }
    #expect(ids == ["B", "Z", "a", "b", "é"])
    let value = try connection.row(
      "SELECT value FROM volume_tag WHERE name = ? AND value > ? ORDER BY value",
      [.text("n\0"), .text("\0Z")]
    ) { $0.text(0) }
    #expect(value == "\0a")
    try connection.run("DELETE FROM volume WHERE id = ?", [.text("a")])
    #expect(try connection.integer("SELECT count(*) FROM volume_tag") == 4)
  }

  @Test(arguments: [768, 65_536])
  func floatsAreStoredUncompressed(_ components: Int) throws {
    let connection = try prepared(PostgresServer.newDatabase())
    try connection.run(
      "INSERT INTO space (model, recipe, components) VALUES ('a', 'b', ?)", [.integer(components)])
    let floats = [Float](repeating: 0, count: components)
    let embedding = try connection.integer(
      """
      INSERT INTO embedding (space, input_digest, checksum, floats)
      SELECT number, ?, 1, ? FROM space RETURNING number
      """, [.bytes([1]), .floats(floats)])
    try connection.run(
      "INSERT INTO search_row VALUES (?, 1, ?)",
      [.integer(try #require(embedding)), .floats(floats)])
    try connection.row(
      """
      SELECT pg_column_size(floats), pg_relation_size(reltoastrelid), floats
      FROM search_row, pg_class WHERE pg_class.oid = 'search_row'::regclass
      """
    ) { row in
      #expect(row.integer(0) ?? 0 >= components * 4)
      // Only a row that is larger than a page is elsewhere.
      #expect((row.integer(1) == 0) == (components == 768))
      #expect(row.floats(2, count: components) == floats)
    }
  }
}
