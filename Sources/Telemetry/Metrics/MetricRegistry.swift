public import Metrics
internal import Synchronization

/// Collects the counters, gauges and timers that the process reports through swift-metrics.
///
/// Metrics without a description are ignored, so that no metric is published by mistake.
public final class MetricRegistry: MetricsFactory, Sendable {
  private struct Family {
    let description: MetricDescription
    var series: [Labels: Series] = [:]
  }

  private let families: Mutex<[String: Family]>
  private let order: [String]

  /// Maximum number of series per metric. Further series are dropped, so that faulty labels cannot exhaust the
  /// memory.
  public static let seriesLimit = 1000

  /// Makes a registry for these metrics. ``text()`` returns them in this order.
  public init(_ descriptions: [MetricDescription]) {
    order = descriptions.map(\.name)
    families = Mutex(
      Dictionary(
        descriptions.map { ($0.name, Family(description: $0)) }, uniquingKeysWith: { $1 }))
  }

  /// Returns all metrics in Prometheus' text format 0.0.4.
  public func text() -> String {
    let families = families.withLock { families in order.compactMap { families[$0] } }
    var lines: [String] = []
    for family in families where !family.series.isEmpty {
      let description = family.description
      lines.append("# HELP \(description.name) \(Labels.escaped(description.help, quote: false))")
      lines.append("# TYPE \(description.name) \(description.kind.word)")
      for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
        lines += series.lines(description.name, labels)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func series(_ name: String, _ dimensions: [(String, String)]) -> Series? {
    let labels = Labels(dimensions)
    return families.withLock { families in
      guard let family = families[name] else { return nil }
      if let series = family.series[labels] { return series }
      guard family.series.count < Self.seriesLimit else { return nil }
      let series = Series(family.description.kind)
      families[name]?.series[labels] = series
      return series
    }
  }

  private func handler(_ name: String, _ dimensions: [(String, String)]) -> SeriesHandler {
    SeriesHandler(series: series(name, dimensions))
  }
}

extension MetricRegistry {
  /// Makes a counter.
  public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    handler(label, dimensions)
  }

  /// Makes a gauge, or a histogram of numbers.
  public func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    handler(label, dimensions)
  }

  /// Makes a gauge that can be incremented and decremented.
  public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    handler(label, dimensions)
  }

  /// Makes a histogram of seconds.
  public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    handler(label, dimensions)
  }

  /// Does nothing. Series are never removed, because counters must not restart at 0.
  public func destroyCounter(_ handler: any CounterHandler) {}
  /// Does nothing, because series are never removed.
  public func destroyRecorder(_ handler: any RecorderHandler) {}
  /// Does nothing, because series are never removed.
  public func destroyMeter(_ handler: any MeterHandler) {}
  /// Does nothing, because series are never removed.
  public func destroyTimer(_ handler: any TimerHandler) {}
}

/// Passes the values that swift-metrics reports to a series.
private final class SeriesHandler: CounterHandler, RecorderHandler, MeterHandler, TimerHandler,
  Sendable
{
  private let series: Series?

  init(series: Series?) { self.series = series }

  func increment(by amount: Int64) { series?.change { $0.add(Double(amount)) } }
  func increment(by amount: Double) { series?.change { $0.add(amount) } }
  func decrement(by amount: Double) { series?.change { $0.add(-amount) } }
  func reset() { series?.change { $0 = $0.emptied } }
  func set(_ value: Int64) { record(Double(value)) }
  func set(_ value: Double) { record(value) }
  func record(_ value: Int64) { record(Double(value)) }
  func record(_ value: Double) { series?.change { $0.record(value) } }
  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
