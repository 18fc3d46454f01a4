internal import Archives
internal import Metrics
internal import Volumes

/// Records metrics with swift-metrics. Without a metrics backend, nothing is recorded.
///
/// Labels are constants of this program. They never contain text from a request.
enum Instruments {
  /// Records the duration of a completed stage.
  static func ended(_ stage: Stage, after time: Duration) {
    Timer(label: "brgsa_stage_duration_seconds", dimensions: [("stage", stage.rawValue)])
      .record(duration: time)
  }

  /// Records the stages of a volume that was read. The encoding stage is recorded only if the encoder ran.
  static func made(_ volume: EncodedVolume) {
    ended(.decode, after: volume.timings.decode)
    ended(.preprocess, after: volume.timings.preprocess)
    if volume.origin == .encoded { ended(.encodeVolume, after: volume.timings.encodeVolume) }
    for warning in volume.description.warnings {
      Counter(label: "brgsa_input_warnings_total", dimensions: [("code", warning.code)]).increment()
    }
  }

  /// Records a lookup of stored embeddings.
  static func looked(for kind: EmbeddingKind, hits: Int, misses: Int) {
    for (result, count) in [("hit", hits), ("miss", misses)] where count > 0 {
      Counter(
        label: "brgsa_embedding_cache_requests_total",
        dimensions: [("kind", kind.rawValue), ("result", result)]
      ).increment(by: count)
    }
  }

  /// Records how long a work item waited before it started.
  static func began(in lane: String, after wait: Duration) {
    Timer(label: "brgsa_queue_wait_seconds", dimensions: [("lane", lane)]).record(duration: wait)
  }

  /// Records a request that was refused because the queue was full.
  static func refused(in lane: String) {
    Counter(
      label: "brgsa_queue_rejected_total", dimensions: [("lane", lane), ("reason", "full")]
    ).increment()
  }

  enum Stage: String {
    case decode
    case preprocess
    case encodeVolume = "encode_volume"
    case encodeText = "encode_text"
    case score
    case search
  }

  enum EmbeddingKind: String {
    case volume
    case text
  }
}

/// How full one queue is.
public struct QueueUse: Sendable {
  /// The queue's name: `volumes`, `texts`, `series`, `slices` or `maps`.
  public let lane: String
  /// Number of work items that wait or run.
  public let depth: Int
  /// Maximum number of work items that may wait.
  public let capacity: Int
}
