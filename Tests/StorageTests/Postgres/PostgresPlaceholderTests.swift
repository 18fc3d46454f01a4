import TestSupport
import Testing

@testable import Storage

/// The places of values in statements.
@Suite struct PostgresPlaceholderTests {
  @Test(arguments: [
    ("", ""), ("?", "$1"), ("a = ? AND b = ?", "a = $1 AND b = $2"), ("?1 ?1", "$1 $1"),
    ("?2 ?", "$2 $3"), ("? ?1 ?", "$1 $1 $2"), ("?12x", "$12x"), ("'?' ?", "'?' $1"),
    ("'it''s ?' ?", "'it''s ?' $1"), ("\"?\" ?", "\"?\" $1"), ("'\"?' ?", "'\"?' $1"),
    ("-- ?\n?", "-- ?\n$1"), ("/* ? ' */ ?", "/* ? ' */ $1"), ("a - ? / ?", "a - $1 / $2"),
    ("'? ?", "'? ?"), ("-- ?", "-- ?"), ("/* ?", "/* ?"), ("/", "/"), ("-", "-"),
    ("/*/ ?", "/*/ ?"),
    ("é ?", "é $1"),
    ("?999999999999999999999999", "$1000000"), ("?0", "$0"),
  ])
  func placesAreNumbered(_ sql: String, _ expected: String) {
    #expect(PostgresPlaceholders.numbered(sql) == expected)
  }

  @Test func theServerSeesTheValuesInTheirPlaces() throws {
    let connection = try PostgresServer.newConnection()
    let sum = try connection.integer("SELECT ?1 * 10 + ?1 + ?2", [.integer(2), .integer(100)])
    #expect(sum == 122)
    try connection.row("SELECT '?', ?, '?1 '' ?'", [.text("x")]) { row in
      #expect((0..<3).map { row.text($0) } == ["?", "x", "?1 ' ?"])
    }
    let tooFew = try postgresFailure { try connection.run("SELECT ?1 + ?2", [.integer(1)]) }
    #expect(tooFew?.isConnectionLost == false)
    let tooMany = try postgresFailure {
      try connection.run("SELECT 1", Array(repeating: .integer(1), count: 70_000))
    }
    #expect(tooMany != nil)
    #expect(try connection.integer("SELECT 5") == 5)
  }
}
