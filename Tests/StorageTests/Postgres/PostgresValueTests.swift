import TestSupport
import Testing

@testable import Storage

/// Values on their way to PostgreSQL and back.
@Suite struct PostgresValueTests {
  private let connection: PostgresConnection

  init() throws {
    connection = try PostgresServer.newConnection()
    try connection.run("CREATE TEMPORARY TABLE sample (number bigint, bytes bytea, word text)")
  }

  private func store(_ number: SQLValue, _ bytes: SQLValue, _ word: SQLValue) throws {
    try connection.run("DELETE FROM sample")
    try connection.run("INSERT INTO sample VALUES (?, ?, ?)", [number, bytes, word])
    #expect(connection.changedRowCount == 1)
  }

  private func stored<Value>(_ body: (PostgresRow) throws -> Value) throws -> Value {
    try #require(try connection.row("SELECT number, bytes, word FROM sample", [], body))
  }

  @Test(arguments: [Int.min, Int.max, 0, -1, 1 << 32, -(1 << 31)])
  func integersComeBack(_ integer: Int) throws {
    try store(.integer(integer), .null, .null)
    #expect(try stored { $0.integer(0) } == integer)
    #expect(
      try connection.integer("SELECT number FROM sample WHERE number = ?1", [.integer(integer)])
        == integer)
  }

  @Test(arguments: [[], [0], [0, 0, 255, 0], Array("a\0b".utf8), Array(0...255)] as [[UInt8]])
  func bytesComeBack(_ bytes: [UInt8]) throws {
    try store(.null, .bytes(bytes), .null)
    #expect(try stored { $0.bytes(1) } == bytes)
    let count = try connection.integer(
      "SELECT count(*) FROM sample WHERE bytes = ?", [.bytes(bytes)])
    #expect(count == 1)
  }

  @Test(arguments: ["", "a", "é e\u{301} 😀", "'; DROP TABLE sample; --", "$1 ? \\"])
  func textsComeBack(_ text: String) throws {
    try store(.null, .text(text), .text(text))
    try stored { row in
      #expect(row.text(1).map { Array($0.utf8) } == Array(text.utf8))
      #expect(row.text(2).map { Array($0.utf8) } == Array(text.utf8))
      #expect(row.bytes(1) == Array(text.utf8))
      // Only a bytea has bytes.
      #expect(row.bytes(2) == nil)
    }
  }

  @Test func aZeroByteComesBackFromByteaAndIsRefusedByText() throws {
    try store(.null, .text("a\0b"), .null)
    #expect(try stored { $0.text(1) } == "a\0b")
    let failure = try postgresFailure { try store(.null, .null, .text("a\0b")) }
    #expect(failure == PostgresFailure(state: "22021"))
    try store(.integer(1), .null, .null)
  }

  @Test func bytesThatAreNotUTF8AreNotAText() throws {
    for bytes: [UInt8] in [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0x61, 0xf5]] {
      try store(.null, .bytes(bytes), .null)
      try stored { row in
        #expect(row.text(1) == nil)
        #expect(row.bytes(1) == bytes)
      }
    }
  }

  @Test func floatsComeBackBitByBit() throws {
    let floats: [Float] = [.nan, .signalingNaN, -.infinity, -0.0, .leastNonzeroMagnitude, 1.5]
    try store(.null, .floats(floats), .null)
    let bits = try stored { row in
      row.withBytes(1) { bytes in
        (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self) }
      }
    }
    #expect(bits == floats.map(\.bitPattern))
    #expect(try stored { $0.floats(1, count: floats.count) } == nil)
    try store(.null, .floats([1, 2]), .null)
    #expect(try stored { $0.floats(1, count: 2) } == [1, 2])
    #expect(try stored { $0.floats(1, count: 3) } == nil)
    #expect(try stored { $0.floats(1, count: .max) } == nil)
    try store(.null, .floats([]), .null)
    #expect(try stored { $0.floats(1, count: 0) } == [])
  }

  @Test func fiveMegabytesComeBack() throws {
    let bytes = (0..<5 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 12) }
    try store(.null, .bytes(bytes), .null)
    #expect(try stored { $0.bytes(1) } == bytes)
    try connection.transaction {
      for _ in 0..<3 {
        try connection.run("INSERT INTO sample (bytes) VALUES (?)", [.bytes(bytes)])
      }
      var count = 0
      try connection.streamRows("SELECT bytes FROM sample", []) { row in
        count += row.bytes(0) == bytes ? 1 : 0
        return true
      }
      #expect(count == 4)
    }
  }

  @Test func nullIsNullInAnyColumn() throws {
    try store(.null, .null, .null)
    try stored { row in
      for column in Int32(0)..<3 {
        #expect(row.isNull(column))
        #expect(row.integer(column) == nil)
        #expect(row.text(column) == nil)
        #expect(row.bytes(column) == nil)
      }
    }
    try store(.integer(0), .bytes([]), .text(""))
    try stored { row in for column in Int32(0)..<3 { #expect(!row.isNull(column)) } }
  }

  @Test func oneStatementTakesNullAndValues() throws {
    for value: SQLValue in [.null, .integer(7), .null, .integer(8)] {
      try store(value, .null, .null)
      let isSame =
        switch value {
        case .integer(let integer): try stored { $0.integer(0) } == integer
        case .null, .text, .bytes, .floats: try stored { $0.isNull(0) }
        }
      #expect(isSame)
    }
    // A parameter that the server takes for a smaller integer.
    try store(.integer(1), .bytes([1, 2]), .null)
    let sql = "SELECT count(*) FROM sample WHERE length(bytes) = coalesce(?, 2)"
    #expect(try connection.integer(sql, [.null]) == 1)
    #expect(try connection.integer(sql, [.integer(3)]) == 0)
  }

  @Test func columnsOfOtherTypesReadAsNil() throws {
    let others = [
      "1.5::float8", "1.5::numeric", "now()", "'{}'::json", "'a'::name", "ARRAY[1, 2]",
      "'1 day'::interval", "ROW(1)", "'infinity'::timestamptz", "'127.0.0.1'::inet", "1::oid",
    ]
    for other in others {
      let isNil = try connection.row("SELECT \(other)") { row in
        row.integer(0) == nil && row.text(0) == nil && row.bytes(0) == nil
      }
      #expect(isNil == true, "\(other)")
    }
    try connection.row("SELECT 'a'::text, 1, '\\x01'::bytea") { row in
      #expect(row.integer(0) == nil)
      #expect(row.text(1) == nil)
      #expect(row.bytes(1) == nil)
      #expect(row.integer(2) == nil)
      for column in [Int32.min, -1, 3, .max] {
        #expect(row.integer(column) == nil)
        #expect(row.text(column) == nil)
        #expect(row.bytes(column) == nil)
        #expect(row.isNull(column))
      }
    }
  }

  @Test func smallerIntegersAndOtherTextsRead() throws {
    try connection.row(
      "SELECT (-32768)::int2, (-2147483648)::int4, true, false, 'x'::varchar, count(*) FROM sample"
    ) { row in
      #expect(row.integer(0) == -32_768)
      #expect(row.integer(1) == -2_147_483_648)
      #expect(row.integer(2) == 1)
      #expect(row.integer(3) == 0)
      #expect(row.text(4) == "x")
      #expect(row.integer(5) == 0)
    }
  }
}
