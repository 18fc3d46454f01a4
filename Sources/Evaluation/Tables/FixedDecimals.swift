internal import CheckedNumbers

/// Formats numbers for display.
enum FixedDecimals {
  /// Returns `value` with the given number of decimals, at most 9. Returns "–" if the value is not finite or too large
  /// to be exact.
  static func text(_ value: Double, decimals: Int) -> String {
    var scale = 1
    for _ in 0..<min(max(decimals, 0), 9) { scale *= 10 }
    // Integers above 2⁵³ are not exact in a double.
    guard let number = Int(nearest: value.magnitude * Double(scale), in: 0...(1 << 53 - 1)) else {
      return "–"
    }
    let sign = value < 0 && number > 0 ? "-" : ""
    guard scale > 1 else { return sign + String(number) }
    let fraction = String(number % scale + scale).dropFirst()
    return "\(sign)\(number / scale).\(fraction)"
  }

  /// Returns a fraction as a percentage with one decimal, without the "%" sign.
  static func percent(_ share: Double) -> String { text(share * 100, decimals: 1) }

  /// Returns a fraction and its interval as percentages, such as "91.2 [88.1, 94.0]". Without an interval, returns only
  /// "91.2".
  static func percent(_ estimate: Estimate) -> String {
    guard let interval = estimate.interval else { return percent(estimate.value) }
    return "\(percent(estimate.value)) [\(percent(interval.lower)), \(percent(interval.upper))]"
  }
}
