internal import CheckedNumbers

/// Reads numbers from untrusted text. The result is nil if the number is not finite or out of range.
enum CheckedNumber {
  /// Maximum number of characters of a number. DICOM allows 16, but some software writes more.
  private static let longestText = 64
  private static let blanks = Set(" \t\r\n".utf8)
  private static let decimalCharacters = Set("0123456789+-.eE".utf8)
  /// Whole numbers below this limit have an exact `Double`.
  private static let exact = 9_007_199_254_740_992.0

  /// Reads a decimal string. The result is nil for a comma, a hexadecimal number, `nan`, or a number that overflows.
  static func decimal(
    _ text: some StringProtocol, in range: ClosedRange<Double>
  ) -> Double? {
    let digits = trimmed(text)
    guard !digits.isEmpty, digits.utf8.count <= longestText,
      digits.utf8.allSatisfy(decimalCharacters.contains), let value = Double(digits),
      value.isFinite, range.contains(value)
    else { return nil }
    return value
  }

  /// Reads exactly `count` decimal strings, separated by backslashes.
  static func decimals(
    _ text: String, count: Int, in range: ClosedRange<Double>
  ) -> [Double]? {
    let parts = text.split(separator: "\\", omittingEmptySubsequences: false)
    guard parts.count == count else { return nil }
    let values = parts.compactMap { decimal($0, in: range) }
    return values.count == count ? values : nil
  }

  /// Reads an integer string.
  static func integer(_ text: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
    // DICOM allows a leading plus sign.
    let digits = trimmed(text)
    return Int(digits: digits.first == "+" ? digits.dropFirst() : digits, in: range)
  }

  /// Rounds to the nearest whole number; nil if it is out of range.
  static func whole(_ value: Double, in range: ClosedRange<Int>) -> Int? {
    guard value.isFinite, abs(value) < exact, let whole = Int(exactly: value.rounded()),
      range.contains(whole)
    else { return nil }
    return whole
  }

  /// Multiplies whole numbers; nil if the product overflows.
  static func product(_ factors: Int...) -> Int? { factors.checkedProduct }

  /// Returns the text without spaces, tabs and line ends at both ends, and without trailing zero bytes.
  static func trimmed(_ text: some StringProtocol) -> Substring {
    var characters = Substring(text).utf8.drop { blanks.contains($0) }
    while let last = characters.last, last == 0 || blanks.contains(last) {
      characters.removeLast()
    }
    return Substring(characters)
  }
}
