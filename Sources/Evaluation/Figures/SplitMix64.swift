/// The random number generator for bootstrap samples. Equal seeds give equal numbers on every machine.
///
/// - Source: Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014 (SplitMix64's constants).
struct SplitMix64: Sendable {
  private var state: UInt64

  private static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15

  init(seed: UInt64) { state = seed }

  /// Makes the generator for bootstrap sample `index`.
  ///
  /// Its seed is the number at position `index` in the sequence of a generator with seed `seed`. A task can therefore
  /// start at any sample.
  init(seed: UInt64, sample index: Int) {
    var parent = SplitMix64(seed: seed &+ UInt64(truncatingIfNeeded: index) &* Self.increment)
    state = parent.next()
  }

  mutating func next() -> UInt64 {
    state &+= Self.increment
    var word = state
    word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
    word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
    return word ^ (word >> 31)
  }

  /// Returns a random whole number from 0 to `bound` − 1: the upper 64 bits of the product of `bound` and a random
  /// 64-bit number.
  ///
  /// No random number is rejected, so the probabilities are not exactly equal. They differ by less than `bound` · 2⁻⁶⁴.
  mutating func next(below bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(max(bound, 1))).high)
  }
}
