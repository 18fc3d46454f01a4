/// Returns two lower-case hexadecimal digits per byte.
public func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  bytes.reduce(into: "") { text, byte in
    text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}

/// Returns all 16 hexadecimal digits of a number, most significant first.
public func hexadecimal(_ number: UInt64) -> String {
  hexadecimal(stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) })
}

extension [UInt8] {
  /// Parses pairs of hexadecimal digits in either case; nil for any other text.
  public init?(hexadecimal text: some StringProtocol) {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    self = stride(from: 0, to: digits.count, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }
}
