internal import CheckedNumbers

/// Formats numbers for people.
enum FixedDecimals {
  /// Returns `value` with this many decimals, at most 9. Returns "–" if the value is not finite, or
  /// too large for exact decimals.
  static func text(_ value: Double, decimals: Int) -> String {
    var scale = 1
    for _ in 0..<min(max(decimals, 0), 9) { scale *= 10 }
    // Whole numbers above 2⁵³ are no longer exact.
    guard let number = Int(nearest: value.magnitude * Double(scale), in: 0...(1 << 53 - 1)) else {
      return "–"
    }
    let sign = value < 0 && number > 0 ? "-" : ""
    guard scale > 1 else { return sign + String(number) }
    let fraction = String(number % scale + scale).dropFirst()
    return "\(sign)\(number / scale).\(fraction)"
  }

  /// Returns a fraction in per cent with one decimal, without the sign "%".
  static func percent(_ share: Double) -> String { text(share * 100, decimals: 1) }

  /// Returns a fraction and its interval in per cent, such as "91.2 [88.1, 94.0]"; "91.2" without an interval.
  static func percent(_ estimate: Estimate) -> String {
    guard let interval = estimate.interval else { return percent(estimate.value) }
    return "\(percent(estimate.value)) [\(percent(interval.lower)), \(percent(interval.upper))]"
  }
}
