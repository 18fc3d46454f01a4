/// A metric's name, kind and help text.
public struct MetricDescription: Sendable {
  /// The type of a metric.
  public enum Kind: Sendable, Equatable {
    /// Only grows.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts values up to each bound, in the metric's unit; a bound of infinity is added.
    case histogram(bounds: [Double])
  }

  /// The name, by Prometheus' rules: with its unit, a counter with `_total`.
  public let name: String
  /// How values become series.
  public let kind: Kind
  /// One line of help.
  public let help: String

  /// Makes a description.
  public init(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    self.kind = kind
    self.help = help
  }
}

extension MetricDescription.Kind {
  /// A histogram of seconds, from a probe's time to that of a queue of volumes.
  public static let seconds = Self.histogram(bounds: [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
  ])

  var word: String {
    switch self {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    }
  }
}
