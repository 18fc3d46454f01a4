/// SHA-256 as FIPS 180-4 writes it down: the tests' own, so that no digest is compared with itself.
public enum ModelDigest {
  /// The digest of `bytes` in hexadecimal.
  public static func sha256(_ bytes: [UInt8]) -> String {
    var state = initial
    let whole = bytes.count / 64 * 64
    bytes.withUnsafeBufferPointer { input in
      for start in stride(from: 0, to: whole, by: 64) {
        update(&state, UnsafeBufferPointer(rebasing: input[start..<(start + 64)]))
      }
    }
    var tail = Array(bytes[whole...]) + [0x80]
    while tail.count % 64 != 56 { tail.append(0) }
    withUnsafeBytes(of: UInt64(bytes.count * 8).bigEndian) { tail += $0 }
    tail.withUnsafeBufferPointer { input in
      for start in stride(from: 0, to: tail.count, by: 64) {
        update(&state, UnsafeBufferPointer(rebasing: input[start..<(start + 64)]))
      }
    }
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  private static func update(_ state: inout [UInt32], _ block: UnsafeBufferPointer<UInt8>) {
    var words = [UInt32](repeating: 0, count: 64)
    for index in 0..<64 {
      guard index >= 16 else {
        words[index] = (0..<4).reduce(0) { $0 << 8 | UInt32(block[4 * index + $1]) }
        continue
      }
      let (early, late) = (words[index - 15], words[index - 2])
      let mixEarly = rotate(early, 7) ^ rotate(early, 18) ^ (early >> 3)
      let mixLate = rotate(late, 17) ^ rotate(late, 19) ^ (late >> 10)
      words[index] = words[index - 16] &+ mixEarly &+ words[index - 7] &+ mixLate
    }
    // The letters a to h are the standard's.
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let choice = (e & f) ^ (~e & g)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let first =
        h &+ (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) &+ choice &+ constants[index]
        &+ words[index]
      let second = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ second)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
  }

  private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }

  /// The first `count` primes.
  private static func primes(_ count: Int) -> [Int] {
    var primes: [Int] = []
    var candidate = 2
    while primes.count < count {
      if primes.allSatisfy({ !candidate.isMultiple(of: $0) }) { primes.append(candidate) }
      candidate += 1
    }
    return primes
  }

  /// The first 32 bits of the fraction of the square roots of the first 8 primes.
  private static let initial: [UInt32] = primes(8).map { fraction(root($0, power: 2)) }

  /// The first 32 bits of the fraction of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = primes(64).map { fraction(root($0, power: 3)) }

  /// The largest whole number whose `power` is at most `number` · 2^(32 · power): the root, 32 bits further.
  private static func root(_ number: Int, power: Int) -> UInt64 {
    var root: UInt64 = 0
    for bit in (0..<37).reversed() {
      let candidate = root | 1 << UInt64(bit)
      let value = (0..<power).reduce(UInt128(1)) { product, _ in product * UInt128(candidate) }
      if value <= UInt128(number) << UInt128(32 * power) { root = candidate }
    }
    return root
  }

  private static func fraction(_ root: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: root) }
}
