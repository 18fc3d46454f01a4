/// Limits of one request and of the whole service. `/v1/info` and `openapi.yaml` list most of them.
public struct InferenceLimits: Sendable, Equatable {
  /// Maximum number of prompts in one request, including those of a prompt set.
  public var prompts = 256
  /// Maximum length of one sentence or label in UTF-8 bytes.
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
  /// Maximum total size of the cached heat map files in bytes.
  public var mapBytes = 64 << 20
  /// Number of bytes that must be free when a volume is accepted; 0 to disable the check.
  public var memoryReserve = 256 << 20
  /// Maximum length of a report in UTF-8 bytes.
  public var reportBytes = 64 << 10
  /// Maximum number of search results that a request may skip for paging.
  public var offset = 100_000
  /// Maximum number of conditions in one filter.
  public var conditions = 32

  /// Makes the default limits.
  public init() {}
}
