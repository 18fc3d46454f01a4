/// Rows of floats in two planes: the upper halves, which a first look reads alone, and the rest.
///
/// Safety: borrows the memory of both planes, row after row; whoever made it keeps it alive.
public struct SplitRows {
  /// The upper 16 bits of each float, rounded to the nearest: a bfloat16.
  public let high: UnsafeBufferPointer<UInt16>
  /// What the whole float's bits have more than the upper half's.
  public let low: UnsafeBufferPointer<Int16>

  /// How much of the numbers is read.
  public enum Precision: Sendable {
    /// Upper halves: each number is off by at most ``SplitRows/roundingError`` of itself.
    case rounded
    /// The floats as they were split.
    case full
  }

  /// Half a unit in the last place of the eight bits that an upper half holds.
  public static let roundingError: Float = 0x1p-8

  /// Joins two planes of equal length.
  public init(high: UnsafeBufferPointer<UInt16>, low: UnsafeBufferPointer<Int16>) {
    self.high = high
    self.low = low
  }

  /// The halves of a finite float whose size is below 2¹²⁷.
  public static func split(_ value: Float) -> (high: UInt16, low: Int16) {
    let bits = value.bitPattern
    let high = UInt16(truncatingIfNeeded: (bits &+ 0x8000) >> 16)
    return (high, Int16(truncatingIfNeeded: bits))
  }

  /// The halves of a row, written to where each begins; the places are at least as long as the row.
  public static func split(
    _ row: UnsafeBufferPointer<Float>, high: UnsafeMutableBufferPointer<UInt16>,
    low: UnsafeMutableBufferPointer<Int16>
  ) {
    precondition(high.count >= row.count && low.count >= row.count, "A row has no place")
    guard let source = row.baseAddress, let high = high.baseAddress, let low = low.baseAddress
    else { return }
    // Bare addresses, and checked above, so that the compiler takes many floats at a time.
    for place in 0..<row.count {
      (high[place], low[place]) = split(source[place])
    }
  }

  /// The float that was split.
  public static func join(_ high: UInt16, _ low: Int16) -> Float {
    Float(bitPattern: UInt32(high) << 16 &+ UInt32(bitPattern: Int32(low)))
  }
}
