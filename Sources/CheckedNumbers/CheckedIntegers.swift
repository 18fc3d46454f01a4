/// Safe conversions to integers, for numbers from files, requests, the store, archives and the configuration.
///
/// Swift's own conversions trap if an integer cannot represent the value, and a trap ends the service. These
/// conversions return nil or the nearest permitted value instead. `make test` refuses every other conversion of a
/// floating-point number or a text to an integer.
extension FixedWidthInteger {
  /// Rounds a number to the nearest integer. Halves are rounded away from zero.
  ///
  /// - Returns: nil for NaN, and if the integer is outside the range.
  @inlinable
  public init?(nearest value: some BinaryFloatingPoint, in range: ClosedRange<Self> = .min ... .max)
  {
    guard let integer = Self(exactly: value.rounded()), range.contains(integer) else { return nil }
    self = integer
  }

  /// Rounds a number to the nearest integer and clamps the result to a range. Halves are rounded away from zero. NaN
  /// becomes the lower bound.
  @inlinable
  public init(nearest value: some BinaryFloatingPoint, clampedTo range: ClosedRange<Self>) {
    self.init(whole: value.rounded(), clampedTo: range)
  }

  /// Rounds a number down to an integer and clamps the result to a range. NaN becomes the lower bound.
  @inlinable
  public init(floor value: some BinaryFloatingPoint, clampedTo range: ClosedRange<Self>) {
    self.init(whole: value.rounded(.down), clampedTo: range)
  }

  /// Parses a decimal integer. A `-` may precede its digits.
  ///
  /// - Returns: nil if the text has no digits, if it contains any other character such as a space or a plus sign, or
  ///   if the integer is outside the range.
  @inlinable
  public init?(digits text: some StringProtocol, in range: ClosedRange<Self> = .min ... .max) {
    guard text.utf8.first != 43, let integer = Self(text, radix: 10), range.contains(integer) else {
      return nil
    }
    self = integer
  }

  /// Parses a hexadecimal integer without sign and prefix. The digits may be in upper or lower case.
  ///
  /// - Returns: nil if the text is empty, if it contains any other character, or if the type cannot represent the
  ///   integer.
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
  /// The sum of all elements; nil if it overflows.
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

  /// The product of all elements; nil if it overflows. The product of an empty sequence is 1.
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
