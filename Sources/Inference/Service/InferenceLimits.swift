/// What one request, and all together, may ask for. Shown by `/v1/info` and in `openapi.yaml`.
public struct InferenceLimits: Sendable, Equatable {
  /// Prompts of one request, those of a prompt set included.
  public var prompts = 256
  /// UTF-8 bytes of one sentence or label.
  public var promptBytes = 2048
  /// Findings that may be asked for.
  public var topK = 1000
  /// Volumes that may wait while one is encoded.
  public var queue = 64
  /// Texts and searches that may wait while one is computed.
  public var lightQueue = 1024
  /// Slices that may wait while one is drawn.
  public var slicesQueue = 64
  /// Heat maps that may wait while one is made.
  public var mapsQueue = 16
  /// Bytes of heat maps that are remembered.
  public var mapBytes = 64 << 20
  /// Bytes of memory that must be left before a volume is taken in; 0 for any.
  public var memoryReserve = 256 << 20
  /// UTF-8 bytes of a report.
  public var reportBytes = 64 << 10
  /// Best results that may be left out to see the next page.
  public var offset = 100_000
  /// Conditions of a filter.
  public var conditions = 32

  /// The limits of openapi.yaml; change single ones afterwards.
  public init() {}
}
