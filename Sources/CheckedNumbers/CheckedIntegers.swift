/// Integers from numbers that come from outside: files, requests, the store, archives and the
/// configuration.
///
/// Swift's own conversions trap on values that they cannot represent, and a trap ends the service.
/// These return nil or clamp. `make test` refuses any other conversion of a floating-point number
/// or a text.
extension FixedWidthInteger {
  /// The integer nearest to a number, halves away from zero.
  ///
  /// - Returns: Nil for NaN and for values outside the range.
  @inlinable
  public init?(nearest value: some BinaryFloatingPoint, in range: ClosedRange<Self> = .min ... .max)
  {
    guard let integer = Self(exactly: value.rounded()), range.contains(integer) else { return nil }
    self = integer
  }

  /// The integer of a range that is nearest to a number, halves away from zero; NaN gives the lower
  /// bound.
  @inlinable
  public init(nearest value: some BinaryFloatingPoint, clampedTo range: ClosedRange<Self>) {
    self.init(whole: value.rounded(), clampedTo: range)
  }

  /// The largest integer not above a number, clamped to a range; NaN gives the lower bound.
  @inlinable
  public init(floor value: some BinaryFloatingPoint, clampedTo range: ClosedRange<Self>) {
    self.init(whole: value.rounded(.down), clampedTo: range)
  }

  /// The number that decimal digits spell, with an optional leading `-`.
  ///
  /// - Returns: Nil for an empty text, blanks, a plus sign, any other character, and values outside
  ///   the range.
  @inlinable
  public init?(digits text: some StringProtocol, in range: ClosedRange<Self> = .min ... .max) {
    guard text.utf8.first != 43, let integer = Self(text, radix: 10), range.contains(integer) else {
      return nil
    }
    self = integer
  }

  /// The number that hexadecimal digits of either case spell, without a sign or prefix.
  ///
  /// - Returns: Nil for an empty text, any other character, and values that cannot be represented.
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
  /// The sum of all elements; nil if it cannot be represented.
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

  /// The product of all elements, 1 without any; nil if it cannot be represented.
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
