internal import CheckedNumbers

/// A value of all studies with its bootstrap interval.
public struct Estimate: Sendable, Equatable {
  /// The value, computed from all studies.
  public let value: Double
  /// Percentiles 2.5 and 97.5 of the samples; nil without samples.
  public let interval: Interval?
  /// Number of samples with a value.
  public let samples: Int

  /// - Parameter sampled: The value in each sample that has one.
  init(value: Double, sampled: [Double]) {
    self.value = value
    samples = sampled.count
    interval = Interval(of: sampled)
  }
}

/// The range of 95 % of the samples.
public struct Interval: Sendable, Equatable {
  /// Percentile 2.5.
  public let lower: Double
  /// Percentile 97.5.
  public let upper: Double

  /// The percentiles that are reported.
  static let percentiles = (lower: 2.5, upper: 97.5)

  init?(of values: [Double]) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    lower = Self.percentile(Self.percentiles.lower, ofSorted: sorted)
    upper = Self.percentile(Self.percentiles.upper, ofSorted: sorted)
  }

  /// Interpolates linearly between neighbours, as numpy's `percentile` does by default. `sorted` is
  /// not empty.
  static func percentile(_ percent: Double, ofSorted sorted: [Double]) -> Double {
    let position = percent / 100 * Double(sorted.count - 1)
    let lower = Int(floor: position, clampedTo: 0...(sorted.count - 1))
    let upper = min(lower + 1, sorted.count - 1)
    return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
  }
}
