internal import Archives
internal import Metrics
internal import Volumes

/// Records metrics of the use cases with swift-metrics. Without a metrics backend, nothing is recorded.
///
/// Labels are words of this program, never text of a request.
enum Instruments {
  /// Records the end of a stage.
  static func ended(_ stage: Stage, after time: Duration) {
    Timer(label: "brgsa_stage_duration_seconds", dimensions: [("stage", stage.rawValue)])
      .record(duration: time)
  }

  /// Records a volume that was read and, unless its voxels were known, encoded.
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

  /// Records the start of a piece of work.
  static func began(in lane: String, after wait: Duration) {
    Timer(label: "brgsa_queue_wait_seconds", dimensions: [("lane", lane)]).record(duration: wait)
  }

  /// Records a refusal because of a full queue.
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

/// The use of one queue.
public struct QueueUse: Sendable {
  /// The queue: `volumes`, `texts`, `series`, `slices` or `maps`.
  public let lane: String
  /// Number of pieces of work that wait or run.
  public let depth: Int
  /// Maximum number of pieces of work that may wait.
  public let capacity: Int
}
