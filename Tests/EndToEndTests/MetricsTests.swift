import Foundation
import TestSupport
import Testing

struct MetricsTests {
  private let good = ArchiveVolumes.volume(1)

  @Test func everythingThatHappensIsMeasuredAndNothingOfARequestIsShown() async throws {
    let service = try await RunningService()
    let query = "prompt=SECRETpleural+effusion"
    for _ in 0..<2 { #expect(try await service.diagnose(good, query: query).status == 200) }
    // The same voxels in a file that names no unit.
    var unitless = good
    unitless[123] = 0
    #expect(try await service.keep(unitless).status == 201)
    #expect(try await service.diagnose([1, 2, 3]).status == 400)
    #expect(try await service.answer("GET", "/SECRET").status == 404)
    let search = #"{"query":{"text":"SECRET gas"}}"#
    #expect(try await service.send("POST", "/v1/retrievals", search).status == 200)
    let metrics = try await Self.metrics(of: service)
    for line in [
      "brgsa_ready 1", "brgsa_queue_depth{lane=\"volumes\"} 0", "brgsa_store_volumes 2",
      "brgsa_embedding_cache_requests_total{kind=\"volume\",result=\"hit\"} 2",
      "brgsa_embedding_cache_requests_total{kind=\"volume\",result=\"miss\"} 1",
      "brgsa_embedding_cache_requests_total{kind=\"text\",result=\"hit\"} 1",
      "brgsa_embedding_cache_requests_total{kind=\"text\",result=\"miss\"} 2",
      "brgsa_stage_duration_seconds_count{stage=\"decode\"} 2",
      "brgsa_stage_duration_seconds_count{stage=\"encode_volume\"} 1",
      "brgsa_input_warnings_total{code=\"units-assumed-mm\"} 1",
      "brgsa_stage_duration_seconds_count{stage=\"score\"} 2",
      "brgsa_stage_duration_seconds_count{stage=\"search\"} 1",
      "brgsa_input_rejected_total{code=\"not-found\"} 1",
      "brgsa_queue_rejected_total{lane=\"volumes\",reason=\"full\"} 0",
      "http_server_request_duration_seconds_count{http_request_method=\"POST\",http_response_status_code=\"200\",http_route=\"/v1/retrievals\"} 1",
      "http_server_request_duration_seconds_count{http_request_method=\"GET\",http_response_status_code=\"404\",http_route=\"\"} 1",
      // This request.
      "http_server_active_requests 1",
    ] {
      #expect(metrics.contains(line + "\n"), "\(line)")
    }
    #expect(!metrics.contains("SECRET"))
    for name in Self.names { #expect(metrics.contains("# TYPE \(name) "), "\(name)") }
    let shown = metrics.split(separator: "\n").count { $0.hasPrefix("# TYPE ") }
    #expect(shown == Self.names.count)
  }

  private static let names = [
    "brgsa_build_info", "brgsa_model_info", "brgsa_ready", "http_server_request_duration_seconds",
    "http_server_active_requests", "brgsa_stage_duration_seconds", "brgsa_queue_depth",
    "brgsa_queue_capacity", "brgsa_jobs", "brgsa_queue_wait_seconds", "brgsa_queue_rejected_total",
    "brgsa_embedding_cache_requests_total", "brgsa_input_rejected_total",
    "brgsa_input_warnings_total", "brgsa_spool_taken_bytes", "brgsa_spool_available_bytes",
    "brgsa_spool_limit_bytes", "brgsa_takes_uploads", "brgsa_store_volumes", "brgsa_store_room",
    "brgsa_retention_waiting", "process_resident_memory_bytes",
    "process_open_fds", "process_cpu_seconds_total", "process_start_time_seconds",
  ]

  @Test func alarmsAndDashboardAskForMetricsThatThereAre() throws {
    for file in ["prometheus/brgsa.rules.yml", "grafana/brgsa.json"] {
      let text = try String(contentsOfFile: "\(Fixtures.checkout)/Docker/\(file)", encoding: .utf8)
      let used = text.matches(of: /\b(brgsa|http_server|process)_[a-z_]+/).map { String($0.0) }
      #expect(used.count > 10)
      for name in used {
        let base = ["_bucket", "_count", "_sum"].first(where: name.hasSuffix)
          .map { String(name.dropLast($0.count)) }
        #expect(Self.names.contains(base ?? name), "\(name) in \(file)")
      }
    }
  }

  @Test func metricsAreTextForPrometheusAndSayWhenTheProcessBegan() async throws {
    let service = try await RunningService()
    let answer = try await service.answer("GET", "/metrics")
    #expect(answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
    let started = try #require(
      answer.text.split(separator: "\n").first { $0.hasPrefix("process_start_time_seconds ") })
    let seconds = try #require(Double(started.split(separator: " ")[1]))
    #expect(abs(Date().timeIntervalSince1970 - seconds) < 600)
  }

  /// A request is counted when its answer is sent, which may be after the client has it.
  private static func metrics(of service: RunningService) async throws -> String {
    let counted = "http_response_status_code=\"200\",http_route=\"/v1/retrievals\"} 1\n"
    while true {
      let metrics = try await service.answer("GET", "/metrics").text
      // A request is counted at its end, which may come after its response has arrived.
      let isAlone = metrics.contains("http_server_active_requests 1\n")
      if isAlone, metrics.contains(counted) { return metrics }
    }
  }
}
