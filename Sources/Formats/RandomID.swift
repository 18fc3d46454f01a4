/// Makes identifiers that cannot be guessed.
public enum RandomID {
  /// Returns `prefix` and 32 hexadecimal digits, which contain 126 random bits.
  public static func make(prefix: String) -> String {
    let random = (0..<2).map { _ in UInt64.random(in: .min ... .max) }
    return prefix + random.map { hexadecimal($0 | 1 << 63) }.joined()
  }
}
