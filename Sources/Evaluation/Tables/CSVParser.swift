/// Parses a CSV file and returns its records one at a time.
struct CSVParser {
  private let bytes: [UInt8]
  private var position: Int
  private var line = 1

  private static let comma = UInt8(ascii: ",")
  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(bytes: [UInt8]) {
    self.bytes = bytes
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Returns the next record; nil at the end. Empty lines are skipped.
  mutating func nextRow() throws(EvaluationError) -> CSVRow? {
    while skipLineEnd() {}
    guard next != nil else { return nil }
    let start = line
    var fields = [try nextField()]
    while next == Self.comma {
      position += 1
      fields.append(try nextField())
    }
    _ = skipLineEnd()
    return CSVRow(line: start, fields: fields)
  }

  /// Skips a line ending (CR LF, LF or CR) at the current position. Returns true if it skipped one.
  private mutating func skipLineEnd() -> Bool {
    switch next {
    case Self.lineFeed: position += 1
    case Self.carriageReturn:
      position += 1
      if next == Self.lineFeed { position += 1 }
    default: return false
    }
    line += 1
    return true
  }

  private mutating func nextField() throws(EvaluationError) -> String {
    next == Self.quote ? try quotedField() : try plainField()
  }

  private mutating func plainField() throws(EvaluationError) -> String {
    let start = position
    while let byte = next, byte != Self.comma, byte != Self.lineFeed, byte != Self.carriageReturn {
      guard byte != Self.quote else { throw .strayQuote(line: line) }
      position += 1
    }
    return try text(bytes[start..<position], line: line)
  }

  private mutating func quotedField() throws(EvaluationError) -> String {
    let start = line
    position += 1
    var content: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case Self.quote where next == Self.quote:
        content.append(byte)
        position += 1
      case Self.quote:
        guard
          next == nil || next == Self.comma || next == Self.lineFeed || next == Self.carriageReturn
        else { throw .strayQuote(line: line) }
        return try text(content[...], line: start)
      default:
        content.append(byte)
        if byte == Self.lineFeed || (byte == Self.carriageReturn && next != Self.lineFeed) {
          line += 1
        }
      }
    }
    throw .unclosedQuote(line: start)
  }

  private func text(_ content: ArraySlice<UInt8>, line: Int) throws(EvaluationError) -> String {
    guard let text = String(validating: content, as: UTF8.self) else { throw .notUTF8(line: line) }
    return text
  }
}
