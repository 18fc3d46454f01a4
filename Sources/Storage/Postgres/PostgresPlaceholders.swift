/// Converts the places of values in a statement from SQLite's form to PostgreSQL's.
enum PostgresPlaceholders {
  /// Replaces `?` by `$n` and `?1` by `$1`. As in SQLite, a `?` without a number takes the number after
  /// the largest so far. Literals, quoted names and comments stay as they are.
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

    /// Copies `start` bytes, and then all bytes up to and including `end`. A doubled quote within a
    /// literal ends it and starts the next one, which is copied likewise.
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
        // No statement has a million values; the server refuses such a number.
        number = min((number ?? 0) * 10 + Int(byte) - 48, 1_000_000)
        position += 1
      }
      let place = number ?? largest + 1
      largest = max(largest, place)
      result += "$\(place)".utf8
    }
  }
}
