/// HTTP's rules for text, applied to bytes.
///
/// Names from clients are compared as bytes. Swift's `==` for `String` treats some different characters as equal, for
/// example K and the Kelvin sign.
enum ASCII {
  static let horizontalTab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20

  /// True for a space or tab. Other white space is not allowed in a header line.
  static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == horizontalTab }

  /// True for a control character, including tab.
  static func isControl(_ byte: UInt8) -> Bool { byte < space || byte == 0x7F }

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  static func isLetter(_ byte: UInt8) -> Bool {
    let lower = lowercased(byte)
    return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
  }

  static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }

  /// The value of a hexadecimal digit; nil for any other byte.
  static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch lowercased(byte) {
    case let digit where isDigit(digit): digit - UInt8(ascii: "0")
    case let letter where letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "f"):
      letter - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// True for a byte that a token may contain (RFC 9110, section 5.6.2).
  static func isTokenByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || isDigit(byte) || tokenPunctuation.contains(byte)
  }

  /// True for a non-empty token (RFC 9110, section 5.6.2).
  static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy(isTokenByte)
  }

  /// True if the bytes are equal. The case of ASCII letters is ignored.
  static func equalIgnoringCase(_ first: some Sequence<UInt8>, _ second: some Sequence<UInt8>)
    -> Bool
  {
    first.lazy.map(lowercased).elementsEqual(second.lazy.map(lowercased))
  }

  /// The bytes without leading and trailing spaces and tabs.
  static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let last = bytes.lastIndex(where: { !isBlank($0) }) else { return [] }
    return bytes[...last].drop(while: isBlank)
  }

  private static let tokenPunctuation: Set<UInt8> = Set("!#$%&'*+-.^_`|~".utf8)
}
