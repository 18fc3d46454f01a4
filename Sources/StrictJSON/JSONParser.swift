internal import CheckedNumbers

/// The reason why bytes are not valid JSON. The standards are RFC 8259 and I-JSON (RFC 7493).
public enum JSONError: Error, Equatable, Sendable {
  /// The byte at this offset violates the grammar.
  case syntax(offset: Int)
  /// The string that starts at this offset is not valid UTF-8, or contains an escaped unpaired surrogate.
  case encoding(offset: Int)
  /// An object contains the same key twice. The second one starts at this offset.
  case duplicateKey(offset: Int)
  /// Arrays and objects are nested more than `limit` levels deep.
  case tooDeep(limit: Int)
}

extension JSON {
  /// The default nesting limit of ``init(parsing:depthLimit:)``.
  public static let defaultDepthLimit = 16

  /// Parses a JSON value. `bytes` must contain a single value.
  ///
  /// The bytes must be UTF-8. A byte order mark at the start is skipped. Duplicate keys, trailing commas and comments
  /// are refused.
  ///
  /// - Throws: ``JSONError``. It never contains text from `bytes`.
  /// - Complexity: Linear in the number of bytes. `depthLimit` limits the stack size.
  public init(
    parsing bytes: some Collection<UInt8>, depthLimit: Int = JSON.defaultDepthLimit
  ) throws(JSONError) {
    var parser = JSONParser(bytes: Array(bytes), depthLimit: depthLimit)
    self = try parser.parse()
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  let depthLimit: Int
  var position = 0

  init(bytes: [UInt8], depthLimit: Int) {
    self.bytes = bytes
    self.depthLimit = depthLimit
  }

  mutating func parse() throws(JSONError) -> JSON {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let value = try parseValue(depth: 0)
    skipSpace()
    guard position == bytes.count else { throw .syntax(offset: position) }
    return value
  }

  private mutating func parseValue(depth: Int) throws(JSONError) -> JSON {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try parseObject(depth: depth + 1)
    case UInt8(ascii: "["): return try parseArray(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    default: return try parseNumber()
    }
  }

  private mutating func parseObject(depth: Int) throws(JSONError) -> JSON {
    try enter(depth)
    var object = JSONObject()
    if take("}") { return .object(object) }
    repeat {
      skipSpace()
      let start = position
      guard peek == UInt8(ascii: "\"") else { throw .syntax(offset: position) }
      let key = try parseString()
      guard take(":") else { throw .syntax(offset: position) }
      let value = try parseValue(depth: depth)
      guard object.append(key, value) else { throw .duplicateKey(offset: start) }
    } while take(",")
    guard take("}") else { throw .syntax(offset: position) }
    return .object(object)
  }

  private mutating func parseArray(depth: Int) throws(JSONError) -> JSON {
    try enter(depth)
    var elements: [JSON] = []
    if take("]") { return .array(elements) }
    repeat {
      elements.append(try parseValue(depth: depth))
    } while take(",")
    guard take("]") else { throw .syntax(offset: position) }
    return .array(elements)
  }

  private mutating func enter(_ depth: Int) throws(JSONError) {
    guard depth <= depthLimit else { throw .tooDeep(limit: depthLimit) }
    position += 1
  }

  private mutating func parseWord(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    let end = position + word.utf8CodeUnitCount
    let matches = word.withUTF8Buffer { expected in
      end <= bytes.count && bytes[position..<end].elementsEqual(expected)
    }
    guard matches else { throw .syntax(offset: position) }
    position = end
    return value
  }

  private mutating func parseNumber() throws(JSONError) -> JSON {
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    if peek == UInt8(ascii: "0") {
      position += 1
    } else {
      try skipDigits()
    }
    if peek == UInt8(ascii: ".") {
      position += 1
      try skipDigits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      position += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      try skipDigits()
    }
    return .number(JSONNumber(text: String(decoding: bytes[start..<position], as: UTF8.self)))
  }

  private mutating func skipDigits() throws(JSONError) {
    let start = position
    while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    guard position > start else { throw .syntax(offset: position) }
  }

  private mutating func parseString() throws(JSONError) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    while let byte = peek {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw .encoding(offset: start)
        }
        return string
      case UInt8(ascii: "\\"): try parseEscape(into: &text)
      case 0..<0x20: throw .syntax(offset: position - 1)
      default: text.append(byte)
      }
    }
    throw .syntax(offset: position)
  }

  private mutating func parseEscape(into text: inout [UInt8]) throws(JSONError) {
    guard let byte = peek else { throw .syntax(offset: position) }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try parseScalar()).utf8))
    default: throw .syntax(offset: position - 1)
    }
  }

  private mutating func parseScalar() throws(JSONError) -> Character {
    let start = position
    var code = UInt32(try parseHex())
    if code >= 0xD800, code < 0xDC00 {
      guard take("\\", afterSpace: false), take("u", afterSpace: false) else {
        throw .encoding(offset: start)
      }
      let low = UInt32(try parseHex())
      guard low >= 0xDC00, low < 0xE000 else { throw .encoding(offset: start) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw .encoding(offset: start) }
    return Character(scalar)
  }

  private mutating func parseHex() throws(JSONError) -> UInt16 {
    let end = position + 4
    guard end <= bytes.count,
      let code = UInt16(
        hexadecimalDigits: String(decoding: bytes[position..<end], as: UTF8.self))
    else { throw .syntax(offset: position) }
    position = end
    return code
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ character: Unicode.Scalar, afterSpace: Bool = true) -> Bool {
    if afterSpace { skipSpace() }
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }
}
