internal import CheckedNumbers

/// A value computed from all studies, with its bootstrap interval.
public struct Estimate: Sendable, Equatable {
  /// The value, computed from all studies.
  public let value: Double
  /// The 2.5th and 97.5th percentile of the value over the samples; nil if the value exists in no sample.
  public let interval: Interval?
  /// The number of samples in which the value could be computed.
  public let samples: Int

  /// - Parameter sampled: The values from all samples in which the value could be computed.
  init(value: Double, sampled: [Double]) {
    self.value = value
    samples = sampled.count
    interval = Interval(of: sampled)
  }
}

/// The range of the middle 95 % of the samples' values.
public struct Interval: Sendable, Equatable {
  /// The 2.5th percentile.
  public let lower: Double
  /// The 97.5th percentile.
  public let upper: Double

  /// The percentiles that bound an interval.
  static let percentiles = (lower: 2.5, upper: 97.5)

  init?(of values: [Double]) {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    lower = Self.percentile(Self.percentiles.lower, ofSorted: sorted)
    upper = Self.percentile(Self.percentiles.upper, ofSorted: sorted)
  }

  /// Returns a percentile with linear interpolation between neighbouring values, like numpy's `percentile` by default.
  /// `sorted` must not be empty.
  static func percentile(_ percent: Double, ofSorted sorted: [Double]) -> Double {
    let position = percent / 100 * Double(sorted.count - 1)
    let lower = Int(floor: position, clampedTo: 0...(sorted.count - 1))
    let upper = min(lower + 1, sorted.count - 1)
    return sorted[lower] + (sorted[upper] - sorted[lower]) * (position - Double(lower))
  }
}
