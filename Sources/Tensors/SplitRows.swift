/// Rows of floats, stored in two planes: one with the upper half of each float, one with the lower half.
///
/// The upper halves alone suffice for a first, approximate pass.
///
/// Safety: the rows of each plane are contiguous. This type does not own the memory of the planes;
/// the code that makes a value must keep it alive.
public struct SplitRows {
  /// The upper 16 bits of each float, rounded to the nearest: a bfloat16.
  public let high: UnsafeBufferPointer<UInt16>
  /// The difference between the bits of each float and the bits of its upper half followed by zeros.
  public let low: UnsafeBufferPointer<Int16>

  /// Selects the planes that are read.
  public enum Precision: Sendable {
    /// Only the upper halves. Each number has a relative error of at most ``SplitRows/roundingError``.
    case rounded
    /// Both planes, which give the original floats.
    case full
  }

  /// The largest relative error of an upper half. It is half a unit in the last of its eight significant bits.
  public static let roundingError: Float = 0x1p-8

  /// Makes rows of two planes, which must have equal lengths.
  public init(high: UnsafeBufferPointer<UInt16>, low: UnsafeBufferPointer<Int16>) {
    self.high = high
    self.low = low
  }

  /// Returns the halves of a float, whose absolute value must be below 2¹²⁷.
  public static func split(_ value: Float) -> (high: UInt16, low: Int16) {
    let bits = value.bitPattern
    let high = UInt16(truncatingIfNeeded: (bits &+ 0x8000) >> 16)
    return (high, Int16(truncatingIfNeeded: bits))
  }

  /// Writes the halves of a row to `high` and `low`, which must be at least as long as the row.
  public static func split(
    _ row: UnsafeBufferPointer<Float>, high: UnsafeMutableBufferPointer<UInt16>,
    low: UnsafeMutableBufferPointer<Int16>
  ) {
    precondition(high.count >= row.count && low.count >= row.count, "A row has no place")
    guard let source = row.baseAddress, let high = high.baseAddress, let low = low.baseAddress
    else { return }
    // Uses unchecked pointers, so that the compiler can vectorise the loop. The lengths were checked above.
    for place in 0..<row.count {
      (high[place], low[place]) = split(source[place])
    }
  }

  /// Returns the float that has these halves.
  public static func join(_ high: UInt16, _ low: Int16) -> Float {
    Float(bitPattern: UInt32(high) << 16 &+ UInt32(bitPattern: Int32(low)))
  }
}
