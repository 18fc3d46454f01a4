internal import Archives
internal import Metrics
internal import Volumes

/// What the use cases count and time, by swift-metrics: where nobody listens, nothing happens.
///
/// Labels are words of this program; nothing of a request is among them.
enum Instruments {
  /// A stage of a request's work ended.
  static func ended(_ stage: Stage, after time: Duration) {
    Timer(label: "brgsa_stage_duration_seconds", dimensions: [("stage", stage.rawValue)])
      .record(duration: time)
  }

  /// A volume was read, and encoded unless its voxels were known.
  static func made(_ volume: EncodedVolume) {
    ended(.decode, after: volume.timings.decode)
    ended(.preprocess, after: volume.timings.preprocess)
    if volume.origin == .encoded { ended(.encodeVolume, after: volume.timings.encodeVolume) }
    for warning in volume.description.warnings {
      Counter(label: "brgsa_input_warnings_total", dimensions: [("code", warning.code)]).increment()
    }
  }

  /// Embeddings were looked for among those that are kept.
  static func looked(for kind: EmbeddingKind, hits: Int, misses: Int) {
    for (result, count) in [("hit", hits), ("miss", misses)] where count > 0 {
      Counter(
        label: "brgsa_embedding_cache_requests_total",
        dimensions: [("kind", kind.rawValue), ("result", result)]
      ).increment(by: count)
    }
  }

  /// A piece of work had its turn.
  static func began(in lane: String, after wait: Duration) {
    Timer(label: "brgsa_queue_wait_seconds", dimensions: [("lane", lane)]).record(duration: wait)
  }

  /// A piece of work was refused because too many wait.
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
  /// What waits in it: `volumes`, `texts`, `series`, `slices` or `maps`.
  public let lane: String
  /// Pieces of work that wait or run.
  public let depth: Int
  /// Pieces that may wait.
  public let capacity: Int
}
