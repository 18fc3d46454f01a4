/// Limits of one request and of all requests together. `/v1/info` and `openapi.yaml` show them.
public struct InferenceLimits: Sendable, Equatable {
  /// Prompts of one request, including those of a prompt set.
  public var prompts = 256
  /// UTF-8 bytes of one sentence or label.
  public var promptBytes = 2048
  /// Findings that may be requested.
  public var topK = 1000
  /// Volumes that may wait in the queue.
  public var queue = 64
  /// Texts and searches that may wait in the queue.
  public var lightQueue = 1024
  /// Slices that may wait in the queue.
  public var slicesQueue = 64
  /// Heat maps that may wait in the queue.
  public var mapsQueue = 16
  /// Bytes of cached heat maps.
  public var mapBytes = 64 << 20
  /// Bytes of memory that must stay free when a volume is accepted; 0 for none.
  public var memoryReserve = 256 << 20
  /// UTF-8 bytes of a report.
  public var reportBytes = 64 << 10
  /// Best results that may be skipped for paging.
  public var offset = 100_000
  /// Conditions of a filter.
  public var conditions = 32

  /// The limits of openapi.yaml; change single ones afterwards.
  public init() {}
}
