/// Rows of floats in two planes: the upper halves, which suffice for a first pass, and the rest.
///
/// Safety: borrows the contiguous rows of both planes; the maker keeps the memory alive.
public struct SplitRows {
  /// The upper 16 bits of each float, rounded to the nearest: a bfloat16.
  public let high: UnsafeBufferPointer<UInt16>
  /// The difference between the whole float's bits and the upper half's.
  public let low: UnsafeBufferPointer<Int16>

  /// Which planes are read.
  public enum Precision: Sendable {
    /// Upper halves: each number has a relative error of at most ``SplitRows/roundingError``.
    case rounded
    /// The original floats.
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

  /// Writes the halves of a row to both planes, which must have room for the row.
  public static func split(
    _ row: UnsafeBufferPointer<Float>, high: UnsafeMutableBufferPointer<UInt16>,
    low: UnsafeMutableBufferPointer<Int16>
  ) {
    precondition(high.count >= row.count && low.count >= row.count, "A row has no place")
    guard let source = row.baseAddress, let high = high.baseAddress, let low = low.baseAddress
    else { return }
    // Uses raw pointers, whose ranges were checked above, so that the compiler can vectorise.
    for place in 0..<row.count {
      (high[place], low[place]) = split(source[place])
    }
  }

  /// The float that was split.
  public static func join(_ high: UInt16, _ low: Int16) -> Float {
    Float(bitPattern: UInt32(high) << 16 &+ UInt32(bitPattern: Int32(low)))
  }
}
