/// The name, type and help text of a metric.
public struct MetricDescription: Sendable {
  /// The type of a metric.
  public enum Kind: Sendable, Equatable {
    /// A number that only increases.
    case counter
    /// A number that can increase and decrease.
    case gauge
    /// Counts the values up to each bound. The bounds have the unit of the metric. An infinite bound is added at the
    /// end.
    case histogram(bounds: [Double])
  }

  /// The name according to the rules of Prometheus. It ends with the unit. The name of a counter ends with `_total`.
  public let name: String
  /// The type of the metric.
  public let kind: Kind
  /// The help text: a single line.
  public let help: String

  /// Makes a description.
  public init(_ name: String, _ kind: Kind, _ help: String) {
    self.name = name
    self.kind = kind
    self.help = help
  }
}

extension MetricDescription.Kind {
  /// A histogram of seconds. The bounds range from the duration of a probe to the waiting time in a full queue.
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
