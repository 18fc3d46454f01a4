public import HTTP
internal import Metrics

/// The metrics of the service, which `GET /metrics` returns.
public final class ServiceMetrics: Sendable {
  private let registry = MetricRegistry(MetricDescription.service)

  /// Starts to collect the metrics of the process. Call this only once.
  public init(version: String) {
    MetricsSystem.bootstrap(registry)
    set("process_start_time_seconds", ProcessFigures.startTime)
    set("brgsa_build_info", 1, [("version", version)])
  }

  /// Records the duration of a finished request. All label values are words of this program, so that clients cannot
  /// create new series.
  public func add(_ record: RequestRecord) {
    Timer(
      label: "http_server_request_duration_seconds",
      dimensions: [
        ("http_request_method", record.method?.rawValue ?? "_OTHER"),
        ("http_route", record.routePattern ?? ""),
        ("http_response_status_code", record.status.map(String.init) ?? ""),
      ]
    ).record(duration: record.duration)
  }

  /// Sets a gauge, or a counter whose value is counted elsewhere. Does nothing if the value is nil.
  public func set(_ name: String, _ value: Double?, _ labels: [(String, String)] = []) {
    guard let value else { return }
    Gauge(label: name, dimensions: labels, factory: registry).record(value)
  }

  /// Returns all metrics in Prometheus' text format, with current figures of the process.
  public func text() -> String {
    set("process_resident_memory_bytes", ProcessFigures.residentBytes)
    set("process_open_fds", ProcessFigures.openDescriptors)
    set("process_cpu_seconds_total", ProcessFigures.processorSeconds)
    return registry.text()
  }
}
