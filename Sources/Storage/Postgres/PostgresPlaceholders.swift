/// Converts the placeholders in a statement from SQLite's form to PostgreSQL's.
enum PostgresPlaceholders {
  /// Replaces `?` with `$n`, and `?1` with `$1`. As in SQLite, a `?` without a number gets the largest number so far
  /// plus one. Literals, quoted names and comments do not change.
  static func numbered(_ sql: String) -> String {
    var reader = Reader(Array(sql.utf8))
    return reader.converted()
  }

  private struct Reader {
    private let bytes: [UInt8]
    private var position = 0
    private var result: [UInt8] = []
    private var largest = 0

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      result.reserveCapacity(bytes.count + 16)
    }

    mutating func converted() -> String {
      while let byte = next {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): copy(through: [byte], from: 1)
        case UInt8(ascii: "-") where starts("--"): copy(through: Array("\n".utf8), from: 2)
        case UInt8(ascii: "/") where starts("/*"): copy(through: Array("*/".utf8), from: 2)
        case UInt8(ascii: "?"): place()
        default: copy()
        }
      }
      return String(decoding: result, as: UTF8.self)
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func starts(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

    private mutating func copy() {
      result.append(bytes[position])
      position += 1
    }

    /// Copies `start` bytes, and then all bytes up to and including `end`. In a literal, the first of two doubled
    /// quotes ends the copy. The second quote starts the next literal, which is copied in the same way.
    private mutating func copy(through end: [UInt8], from start: Int) {
      for _ in 0..<start where next != nil { copy() }
      while next != nil {
        if bytes[position...].starts(with: end) {
          for _ in end { copy() }
          return
        }
        copy()
      }
    }

    private mutating func place() {
      position += 1
      var number: Int?
      while let byte = next, (48...57).contains(byte) {
        // This limit prevents an overflow. No statement has a million values, so the server refuses the number.
        number = min((number ?? 0) * 10 + Int(byte) - 48, 1_000_000)
        position += 1
      }
      let place = number ?? largest + 1
      largest = max(largest, place)
      result += "$\(place)".utf8
    }
  }
}
