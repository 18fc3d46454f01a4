import API
import Archives
import Encoders
import HTTP
import Inference
import Jobs
import Metrics
import Storage
import Synchronization
import Telemetry

/// The service's metrics. Gauges are read at each `GET /metrics`.
final class ServiceGauges: Sendable {
  private let metrics: ServiceMetrics
  private let service: DiagnosisService
  private let readiness: Readiness
  private let observed = Mutex<(server: Server, api: ServiceAPI)?>(nil)

  init(_ metrics: ServiceMetrics, _ service: DiagnosisService, _ readiness: Readiness) {
    self.metrics = metrics
    self.service = service
    self.readiness = readiness
    // Report counters of events that have not happened yet as 0, so that alarms can distinguish them from missing data.
    for queue in service.queues {
      Counter(
        label: "brgsa_queue_rejected_total", dimensions: [("lane", queue.lane), ("reason", "full")]
      ).increment(by: 0)
    }
  }

  /// Sets the server and the API whose active requests and jobs are counted.
  func observe(_ server: Server, _ api: ServiceAPI) { observed.withLock { $0 = (server, api) } }

  /// Returns the current values of all metrics in the Prometheus text format.
  func text() -> String {
    set("brgsa_ready", readiness.isReady ? 1 : 0)
    let (requests, jobs) = observed.withLock {
      ($0?.server.activeRequestCount ?? 0, $0?.api.jobs.queue.census ?? [])
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
    if let durability = service.storeDurability {
      for level in StoreDurability.Level.allCases {
        let value = durability.level == level ? 1.0 : 0
        set("brgsa_store_durability", value, [("level", level.rawValue)])
      }
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
    return metrics.text()
  }

  private func set(_ name: String, _ value: Double?, _ labels: [(String, String)] = []) {
    metrics.set(name, value, labels)
  }
}
