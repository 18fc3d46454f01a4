/// Limits of one request and of all requests together. `/v1/info` and `openapi.yaml` show most of them.
public struct InferenceLimits: Sendable, Equatable {
  /// Maximum number of prompts of one request, including those of a prompt set.
  public var prompts = 256
  /// Maximum number of UTF-8 bytes of one sentence or label.
  public var promptBytes = 2048
  /// Maximum number of findings or search results that may be requested.
  public var topK = 1000
  /// Maximum number of volumes that may wait in the queue.
  public var queue = 64
  /// Maximum number of texts and searches that may wait in the queue.
  public var lightQueue = 1024
  /// Maximum number of slices that may wait in the queue.
  public var slicesQueue = 64
  /// Maximum number of heat maps that may wait in the queue.
  public var mapsQueue = 16
  /// Maximum size in bytes of cached heat maps.
  public var mapBytes = 64 << 20
  /// Bytes of memory that must stay free when a volume is accepted; 0 for none.
  public var memoryReserve = 256 << 20
  /// Maximum number of UTF-8 bytes of a report.
  public var reportBytes = 64 << 10
  /// Maximum number of results that a search may skip for paging.
  public var offset = 100_000
  /// Maximum number of conditions of a filter.
  public var conditions = 32

  /// Uses the default limits. Individual limits can be changed afterwards.
  public init() {}
}
