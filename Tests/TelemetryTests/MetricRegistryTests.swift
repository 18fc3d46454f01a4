import Metrics
import Telemetry
import Testing

struct MetricRegistryTests {
  private let registry = MetricRegistry([
    MetricDescription("seen_total", .counter, "Seen.\nSo \\ far."),
    MetricDescription("depth", .gauge, "Depth."),
    MetricDescription("wait_seconds", .histogram(bounds: [0.5, 1]), "Wait."),
    MetricDescription("never", .gauge, "Never set."),
  ])

  @Test func metricsAreShownInTheOrderOfTheirDescriptions() {
    Gauge(label: "depth", dimensions: [], factory: registry).record(2.5)
    for name in ["b", "a\"\\\n", "b"] {
      Counter(label: "seen_total", dimensions: [("kind", name), ("at", "x")], factory: registry)
        .increment()
    }
    let timer = Timer(label: "wait_seconds", dimensions: [], factory: registry)
    for milliseconds in [100, 500, 501, 3000] { timer.recordMilliseconds(milliseconds) }
    #expect(
      registry.text() == """
        # HELP seen_total Seen.\\nSo \\\\ far.
        # TYPE seen_total counter
        seen_total{at="x",kind="a\\"\\\\\\n"} 1
        seen_total{at="x",kind="b"} 2
        # HELP depth Depth.
        # TYPE depth gauge
        depth 2.5
        # HELP wait_seconds Wait.
        # TYPE wait_seconds histogram
        wait_seconds_bucket{le="0.5"} 2
        wait_seconds_bucket{le="1"} 3
        wait_seconds_bucket{le="+Inf"} 4
        wait_seconds_sum 4.101
        wait_seconds_count 4

        """)
  }

  @Test func whatNobodyDescribedIsNotShown() {
    Counter(label: "other_total", dimensions: [], factory: registry).increment()
    #expect(registry.text().isEmpty)
  }

  @Test func aLabelOfManyValuesDoesNotFillTheMemory() {
    for value in 0..<(2 * MetricRegistry.seriesLimit) {
      Counter(label: "seen_total", dimensions: [("id", "\(value)")], factory: registry).increment()
    }
    #expect(registry.text().split(separator: "\n").count == MetricRegistry.seriesLimit + 2)
  }

  @Test func valuesFromManyThreadsAreAllCounted() async {
    await withTaskGroup { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<1000 {
            Counter(label: "seen_total", dimensions: [], factory: registry).increment()
            Timer(label: "wait_seconds", dimensions: [], factory: registry).recordSeconds(1)
          }
        }
      }
    }
    #expect(registry.text().contains("seen_total 8000\n"))
    #expect(registry.text().contains("wait_seconds_sum 8000\n"))
  }

  @Test func oddNumbersAreShownAsPrometheusReadsThem() {
    let gauge = Gauge(label: "depth", dimensions: [], factory: registry)
    for (value, words) in [
      (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e300, "1e+300"),
      (0.1, "0.1"), (-3, "-3"),
    ] {
      gauge.record(value)
      #expect(registry.text().contains("depth \(words)\n"))
    }
  }
}
