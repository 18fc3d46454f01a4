import API
import Archives
import Encoders
import HTTP
import Inference
import Metrics
import Prometheus
import Storage
import Synchronization

/// The service's metrics, shown by `GET /metrics`.
final class ServiceMetrics: Sendable {
  private let registry = MetricRegistry(ServiceMetrics.descriptions)
  private let service: DiagnosisService
  private let readiness: Readiness
  private let observed = Mutex<(server: Server, api: ServiceAPI)?>(nil)

  /// Collects all metrics of the process from now on; call it once in a process.
  init(_ service: DiagnosisService, _ readiness: Readiness) {
    self.service = service
    self.readiness = readiness
    MetricsSystem.bootstrap(registry)
    // Events that never happened are 0, so that an alarm differs from a gap.
    for queue in service.queues {
      Counter(
        label: "brgsa_queue_rejected_total", dimensions: [("lane", queue.lane), ("reason", "full")]
      ).increment(by: 0)
    }
    set("process_start_time_seconds", ProcessFigures.startTime)
    set("brgsa_build_info", 1, [("version", ServiceAPI.version)])
  }

  /// Sets the server and the API whose requests and jobs are counted.
  func observe(_ server: Server, _ api: ServiceAPI) { observed.withLock { $0 = (server, api) } }

  /// Records a finished request. Labels are words of this program, so that clients cannot make
  /// series.
  func add(_ record: RequestRecord) {
    Timer(
      label: "http_server_request_duration_seconds",
      dimensions: [
        ("http_request_method", record.method?.rawValue ?? "_OTHER"),
        ("http_route", record.routePattern ?? ""),
        ("http_response_status_code", record.status.map(String.init) ?? ""),
      ]
    ).record(duration: record.duration)
  }

  /// All metrics at this moment.
  func text() -> String {
    set("brgsa_ready", readiness.isReady ? 1 : 0)
    let (requests, jobs) = observed.withLock {
      ($0?.server.activeRequestCount ?? 0, $0?.api.jobs.desk.census ?? [])
    }
    set("http_server_active_requests", Double(requests))
    for (status, count) in jobs { set("brgsa_jobs", Double(count), [("status", status)]) }
    for queue in service.queues {
      set("brgsa_queue_depth", Double(queue.depth), [("lane", queue.lane)])
      set("brgsa_queue_capacity", Double(queue.capacity), [("lane", queue.lane)])
    }
    if case .ready(let loaded) = service.modelState {
      let configuration = loaded.model.configuration
      set(
        "brgsa_model_info", 1,
        [
          ("name", configuration.name), ("version", configuration.version),
          ("sha256", loaded.model.fingerprint),
        ])
    }
    set("brgsa_store_free_bytes", service.storeFreeBytes.map(Double.init))
    for room in [StoreRoom.ample, .low, .full] {
      set("brgsa_store_room", service.storeRoom == room ? 1 : 0, [("level", room.rawValue)])
    }
    set("brgsa_retention_waiting", readiness.isRetentionWaiting ? 1 : 0)
    if let archive = service.archive {
      set("brgsa_store_volumes", Double(archive.volumeCount))
    }
    if let spool = readiness.spoolFigures {
      set("brgsa_spool_taken_bytes", Double(spool.taken))
      set("brgsa_spool_available_bytes", Double(spool.available))
      set("brgsa_spool_limit_bytes", Double(spool.limit))
      set("brgsa_takes_uploads", spool.takesUploads ? 1 : 0)
    }
    set("process_resident_memory_bytes", ProcessFigures.residentBytes)
    set("process_open_fds", ProcessFigures.openDescriptors)
    set("process_cpu_seconds_total", ProcessFigures.processorSeconds)
    return registry.text()
  }

  private func set(_ name: String, _ value: Double?, _ labels: [(String, String)] = []) {
    guard let value else { return }
    Gauge(label: name, dimensions: labels, factory: registry).record(value)
  }

  /// All metrics, in the order of display.
  static let descriptions = [
    MetricDescription("brgsa_build_info", .gauge, "1, with the version of the service."),
    MetricDescription("brgsa_model_info", .gauge, "1, with the model in use."),
    MetricDescription("brgsa_ready", .gauge, "Whether the service accepts work."),
    MetricDescription(
      "http_server_request_duration_seconds", .seconds,
      "Time from the first line of a request to the end of its response. The status is empty without a response."
    ),
    MetricDescription("http_server_active_requests", .gauge, "Current requests."),
    MetricDescription(
      "brgsa_stage_duration_seconds", .seconds, "Time of one stage of a request."),
    MetricDescription("brgsa_queue_depth", .gauge, "Pieces of work that wait or run."),
    MetricDescription("brgsa_queue_capacity", .gauge, "Pieces of work that may wait."),
    MetricDescription("brgsa_queue_wait_seconds", .seconds, "Time that a piece of work waited."),
    MetricDescription(
      "brgsa_queue_rejected_total", .counter, "Requests refused because the queue is full."),
    MetricDescription(
      "brgsa_jobs", .gauge,
      "Jobs that wait or run, and jobs that ended since the start."),
    MetricDescription(
      "brgsa_embedding_cache_requests_total", .counter,
      "Requested embeddings, by whether they were already known."),
    MetricDescription(
      "brgsa_input_rejected_total", .counter,
      "Requests refused because of their content, by problem code."),
    MetricDescription(
      "brgsa_input_warnings_total", .counter, "Warnings about volumes."),
    MetricDescription(
      "brgsa_spool_taken_bytes", .gauge, "Bytes of the spool that uploads in progress use."),
    MetricDescription(
      "brgsa_spool_available_bytes", .gauge, "Bytes of the spool that one more upload may use."),
    MetricDescription(
      "brgsa_spool_limit_bytes", .gauge, "Bytes that all uploads in progress may use."),
    MetricDescription("brgsa_takes_uploads", .gauge, "Whether the spool has space for an upload."),
    MetricDescription("brgsa_store_volumes", .gauge, "Searchable volumes."),
    MetricDescription(
      "brgsa_store_free_bytes", .gauge, "Free bytes on the store's disk in addition to the reserve."
    ),
    MetricDescription(
      "brgsa_store_room", .gauge,
      "1 for the level of free space on the store's disk: ample, low (diagnoses are not stored) or full."
    ),
    MetricDescription(
      "brgsa_retention_waiting", .gauge, "Whether a large erasure waits for the operator."),
    MetricDescription("process_resident_memory_bytes", .gauge, "Resident memory."),
    MetricDescription("process_open_fds", .gauge, "Open file descriptors."),
    MetricDescription("process_cpu_seconds_total", .counter, "Processor time."),
    MetricDescription(
      "process_start_time_seconds", .gauge, "Start of the process, in seconds since 1970."),
  ]
}
