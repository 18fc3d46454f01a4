import TestSupport
import Testing

@testable import Storage

/// Statements, and the rows that they change and return.
@Suite struct PostgresStatementTests {
  private struct Stop: Error {}

  private let connection: PostgresConnection

  init() throws {
    connection = try PostgresServer.newConnection()
    try connection.run("CREATE TEMPORARY TABLE sample (number bigint PRIMARY KEY, word text)")
  }

  private func fill(_ count: Int) throws {
    try connection.run("DELETE FROM sample")
    try connection.run(
      "INSERT INTO sample SELECT n, 'w' || n FROM generate_series(1, ?) AS n", [.integer(count)])
  }

  private func openCursors() throws -> Int? {
    // This statement's own portal is listed, too.
    try connection.integer("SELECT count(*) FROM pg_cursors WHERE name LIKE 'brgsa%'")
  }

  @Test func changedRowsAreCounted() throws {
    func changes(_ sql: String) throws -> Int {
      try connection.run(sql)
      return connection.changedRowCount
    }
    #expect(try changes("INSERT INTO sample VALUES (1), (2), (3)") == 3)
    #expect(try changes("INSERT INTO sample VALUES (3) ON CONFLICT DO NOTHING") == 0)
    #expect(try changes("INSERT INTO sample VALUES (4) RETURNING number") == 1)
    #expect(try changes("UPDATE sample SET word = 'x' WHERE number < 3") == 2)
    #expect(try changes("SELECT * FROM sample") == 0)
    #expect(try changes("DELETE FROM sample") == 4)
    #expect(try changes("DELETE FROM sample") == 0)
  }

  @Test func aBodyMayStopAndRunOtherStatements() throws {
    try fill(10)
    var seen: [Int] = []
    try connection.forEachRow("SELECT number FROM sample ORDER BY number") { row in
      let number = try #require(row.integer(0))
      // The same statement, while its first result is being read.
      try connection.forEachRow("SELECT number FROM sample ORDER BY number") { _ in true }
      try connection.run("DELETE FROM sample WHERE number = ?", [.integer(number)])
      seen.append(number)
      return seen.count < 4
    }
    #expect(seen == [1, 2, 3, 4])
    #expect(try connection.integer("SELECT count(*) FROM sample") == 6)
  }

  @Test(arguments: [0, 1, 15, 16, 17, 271, 272, 273, 2_000])
  func aStreamReturnsEachRowOnce(_ count: Int) throws {
    try fill(count)
    var sum = 0
    try connection.transaction {
      try connection.streamRows(
        "SELECT number FROM sample WHERE number > ? ORDER BY number", [.integer(0)]
      ) { row in
        sum += 1
        #expect(row.integer(0) == sum)
        return true
      }
      #expect(try openCursors() == 0)
    }
    #expect(sum == count)
  }

  @Test func streamsNestAndDoNotSeeTheirBodysChanges() throws {
    try fill(40)
    var pairs = 0
    try connection.transaction {
      try connection.streamRows("SELECT number FROM sample ORDER BY number", []) { row in
        try connection.run("DELETE FROM sample WHERE number = ?", [.integer(row.integer(0) ?? 0)])
        try connection.streamRows("SELECT number FROM sample ORDER BY number", []) { _ in
          pairs += 1
          return true
        }
        return true
      }
      #expect(try openCursors() == 0)
    }
    #expect(pairs == 40 * 39 / 2)
  }

  @Test func aStreamThatStopsClosesItsCursor() throws {
    try fill(100)
    try connection.transaction {
      for last in [1, 16, 17, 99, 100] {
        var count = 0
        try connection.streamRows("SELECT number FROM sample", []) { _ in
          count += 1
          return count < last
        }
        #expect(count == last)
        #expect(throws: Stop.self) {
          try connection.streamRows("SELECT number FROM sample", []) { _ in throw Stop() }
        }
        #expect(try openCursors() == 0)
      }
    }
  }

  @Test func aFailureWithinAStreamIsThrownAsItIs() throws {
    try fill(100)
    let failure = try postgresFailure {
      try connection.transaction {
        try connection.streamRows("SELECT number FROM sample", []) { _ in
          try connection.run("INSERT INTO sample VALUES (1)")
          return true
        }
      }
    }
    #expect(failure == PostgresFailure(state: "23505"))
    #expect(!connection.isInTransaction)
    #expect(try connection.integer("SELECT count(*) FROM sample") == 100)
    let row = try postgresFailure {
      try connection.transaction {
        try connection.streamRows("SELECT 1 / (50 - number) FROM sample", []) { _ in true }
      }
    }
    #expect(row == PostgresFailure(state: "22012"))
    let outside = try postgresFailure { try connection.streamRows("SELECT 1", []) { _ in true } }
    #expect(outside == PostgresFailure(state: "25P01"))
    #expect(try connection.integer("SELECT 1") == 1)
  }

  @Test func aStatementAfterAFailureWorks() throws {
    let text = "a patient's name"
    for _ in 0..<3 {
      let failure = try postgresFailure {
        try connection.run("SELECT CAST(? AS text)::bigint", [.text(text)])
      }
      #expect(failure == PostgresFailure(state: "22P02"))
      // Nothing of the server's message, which repeats the text, is in the failure.
      #expect(!String(reflecting: failure).contains(text))
      #expect(try connection.integer("SELECT 1") == 1)
    }
    #expect(try postgresFailure { try connection.run("nonsense") }?.state == "42601")
    #expect(try postgresFailure { try connection.run("SELECT 1; SELECT 2") }?.state == "42601")
    #expect(try postgresFailure { try connection.run("COPY sample TO STDOUT") } != nil)
    #expect(try postgresFailure { try connection.run("COPY sample FROM STDIN") } != nil)
    try connection.run("")
    #expect(try connection.integer("SELECT 1") == 1)
  }

  @Test func moreStatementsThanAreKeptPreparedWork() throws {
    for number in 0..<600 {
      #expect(try connection.integer("SELECT \(number) + ?", [.integer(1)]) == number + 1)
    }
    #expect(try connection.integer("SELECT 0 + ?", [.integer(1)]) == 1)
    let prepared = try connection.integer("SELECT count(*) FROM pg_prepared_statements") ?? 0
    #expect(prepared <= 256)
  }

  @Test func aStatementIsPreparedAgainAfterItsTableChanged() throws {
    try fill(1)
    try connection.run("SELECT * FROM sample")
    try connection.run("ALTER TABLE sample ADD COLUMN other bigint DEFAULT 5")
    let failure = try postgresFailure { try connection.run("SELECT * FROM sample") }
    #expect(failure == PostgresFailure(state: "0A000"))
    #expect(try connection.row("SELECT * FROM sample") { $0.integer(2) } == 5)
    try connection.run("DISCARD ALL")
    let forgotten = try postgresFailure { try connection.run("DISCARD ALL") }
    #expect(forgotten == PostgresFailure(state: "26000"))
    #expect(try connection.integer("SELECT 1") == 1)
  }
}
