internal import Formats
public import HTTP
public import Logging

/// One line for each request: fixed words and checked fields. Its only text from a client is the
/// request id.
public final class AccessLog: Sendable {
  private let logger: Logger
  private let lines = LineQueue("brgsa.access-log", capacity: 1024)

  /// A log that writes to `logger`.
  public init(_ logger: Logger) { self.logger = logger }

  /// Adds the line of a request that is over.
  public func add(_ record: RequestRecord) {
    lines.add { [logger] dropped in
      if dropped > 0 {
        logger.warning("log lines were dropped", metadata: ["count": "\(dropped)"])
      }
      logger.info("request", metadata: Self.metadata(record))
    }
  }

  /// Returns when every line so far is written.
  public func flush() { lines.flush() }

  private static func metadata(_ record: RequestRecord) -> Logger.Metadata {
    var metadata: Logger.Metadata = [
      "request_id": "\(record.requestID)", "ending": "\(record.ending.rawValue)",
      "bytes_in": "\(record.bytesReceived)", "bytes_out": "\(record.bytesSent)",
      "ms": "\(record.duration.milliseconds)",
    ]
    metadata["client"] = record.client.map { "\($0)" }
    metadata["trace_id"] = record.traceID.map { "\($0)" }
    metadata["method"] = record.method.map { "\($0.rawValue)" }
    metadata["route"] = record.routePattern.map { "\($0)" }
    metadata["status"] = record.status.map { "\($0)" }
    return metadata
  }
}
