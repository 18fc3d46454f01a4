/// Rows of floats that are stored in two planes. One plane contains the upper half of each float, and the other plane
/// the lower half.
///
/// The upper halves alone are enough for a first, approximate search.
///
/// Safety: the rows of each plane are contiguous. This type does not own the memory. The code that makes a value must
/// keep the memory alive.
public struct SplitRows {
  /// The upper 16 bits of each float, rounded to nearest. They are a bfloat16.
  public let high: UnsafeBufferPointer<UInt16>
  /// The difference between the bits of each float and the bits of its rounded upper half followed by zeros.
  public let low: UnsafeBufferPointer<Int16>

  /// Selects which planes are read.
  public enum Precision: Sendable {
    /// Only the upper halves are read. The relative error of each number is at most ``SplitRows/roundingError``.
    case rounded
    /// Both planes are read, which gives the original floats.
    case full
  }

  /// Maximum relative error of an upper half: half a unit in the last of its eight significant bits.
  public static let roundingError: Float = 0x1p-8

  /// Makes rows from two planes, which must have the same length.
  public init(high: UnsafeBufferPointer<UInt16>, low: UnsafeBufferPointer<Int16>) {
    self.high = high
    self.low = low
  }

  /// Splits a float into two halves. The absolute value of the float must be less than 2¹²⁷.
  public static func split(_ value: Float) -> (high: UInt16, low: Int16) {
    let bits = value.bitPattern
    let high = UInt16(truncatingIfNeeded: (bits &+ 0x8000) >> 16)
    return (high, Int16(truncatingIfNeeded: bits))
  }

  /// Splits a row and writes the halves to `high` and `low`. Both must be at least as long as the row.
  public static func split(
    _ row: UnsafeBufferPointer<Float>, high: UnsafeMutableBufferPointer<UInt16>,
    low: UnsafeMutableBufferPointer<Int16>
  ) {
    precondition(high.count >= row.count && low.count >= row.count, "A row has no place")
    guard let source = row.baseAddress, let high = high.baseAddress, let low = low.baseAddress
    else { return }
    // The loop uses unchecked pointers, so that the compiler can vectorise it. The lengths were checked above.
    for place in 0..<row.count {
      (high[place], low[place]) = split(source[place])
    }
  }

  /// Joins two halves to the original float.
  public static func join(_ high: UInt16, _ low: Int16) -> Float {
    Float(bitPattern: UInt32(high) << 16 &+ UInt32(bitPattern: Int32(low)))
  }
}
