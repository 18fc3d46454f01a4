/// The boundary that separates the parts of a multipart body.
///
/// Source: RFC 2046, section 5.1.1.
struct MultipartBoundary: Sendable, Equatable {
  /// The bytes after the content of a part: CR, LF, two hyphens and the boundary.
  let delimiter: [UInt8]

  /// Accepts 1 to 70 characters of the set in RFC 2046 that do not end with a space. Returns nil for all other text.
  init?(_ bytes: [UInt8]) {
    guard
      (1...70).contains(bytes.count), bytes.allSatisfy(Self.isBoundaryByte),
      bytes.last != ASCII.space
    else { return nil }
    delimiter = Array("\r\n--".utf8) + bytes
  }

  /// True if the byte is in the character set of RFC 2046.
  static func isBoundaryByte(_ byte: UInt8) -> Bool {
    ASCII.isDigit(byte) || ASCII.isLetter(byte) || "'()+_,-./:=? ".utf8.contains(byte)
  }
}
