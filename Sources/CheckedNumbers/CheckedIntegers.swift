/// Conversions to integers for numbers that come from outside, such as from files, requests, the
/// store, archives and the configuration.
///
/// Swift's own conversions trap on values that an integer cannot represent, and a trap ends the
/// service. The conversions here return nil or the nearest allowed value. `make test` refuses any
/// other conversion of a floating-point number or a text to an integer.
extension FixedWidthInteger {
  /// Makes the integer that is nearest to a number. Halves are rounded away from zero.
  ///
  /// - Returns: Nil for NaN, and for integers outside the range.
  @inlinable
  public init?(nearest value: some BinaryFloatingPoint, in range: ClosedRange<Self> = .min ... .max)
  {
    guard let integer = Self(exactly: value.rounded()), range.contains(integer) else { return nil }
    self = integer
  }

  /// Makes the integer of a range that is nearest to a number. Halves are rounded away from zero.
  /// NaN gives the lower bound.
  @inlinable
  public init(nearest value: some BinaryFloatingPoint, clampedTo range: ClosedRange<Self>) {
    self.init(whole: value.rounded(), clampedTo: range)
  }

  /// Makes the largest integer that is not above a number, clamped to a range. NaN gives the lower bound.
  @inlinable
  public init(floor value: some BinaryFloatingPoint, clampedTo range: ClosedRange<Self>) {
    self.init(whole: value.rounded(.down), clampedTo: range)
  }

  /// Makes the integer that a text states in decimal digits, with an optional `-` before them.
  ///
  /// - Returns: Nil if the text has no digits, if it contains any other character, such as a blank
  ///   or a plus sign, or if the integer is outside the range.
  @inlinable
  public init?(digits text: some StringProtocol, in range: ClosedRange<Self> = .min ... .max) {
    guard text.utf8.first != 43, let integer = Self(text, radix: 10), range.contains(integer) else {
      return nil
    }
    self = integer
  }

  /// Makes the integer that a text states in hexadecimal digits, in upper or lower case, without a
  /// sign and without a prefix.
  ///
  /// - Returns: Nil if the text is empty, if it contains any other character, or if the type cannot
  ///   represent the integer.
  @inlinable
  public init?(hexadecimalDigits text: some StringProtocol) {
    guard text.utf8.first != 43, text.utf8.first != 45, let integer = Self(text, radix: 16) else {
      return nil
    }
    self = integer
  }

  @inlinable
  init(whole value: some BinaryFloatingPoint, clampedTo range: ClosedRange<Self>) {
    if let integer = Self(exactly: value) {
      self = Swift.min(Swift.max(integer, range.lowerBound), range.upperBound)
    } else {
      self = value > 0 ? range.upperBound : range.lowerBound
    }
  }
}

extension Sequence where Element: FixedWidthInteger {
  /// The sum of all elements; nil if the element type cannot represent it.
  @inlinable
  public var checkedSum: Element? {
    var sum: Element = 0
    for element in self {
      let (next, isOverflow) = sum.addingReportingOverflow(element)
      guard !isOverflow else { return nil }
      sum = next
    }
    return sum
  }

  /// The product of all elements, or 1 for an empty sequence; nil if the element type cannot represent it.
  @inlinable
  public var checkedProduct: Element? {
    var product: Element = 1
    for element in self {
      let (next, isOverflow) = product.multipliedReportingOverflow(by: element)
      guard !isOverflow else { return nil }
      product = next
    }
    return product
  }
}
