internal import Formats
public import HTTP
public import Logging

/// The access log, with one line for each request. Lines consist of fixed words and validated fields. The request id
/// and the trace id are the only texts from clients.
public final class AccessLog: Sendable {
  private let logger: Logger
  private let lines = LineQueue("brgsa.access-log", capacity: 1024)

  /// Makes a log that writes to `logger`.
  public init(_ logger: Logger) { self.logger = logger }

  /// Adds a line for a finished request.
  public func add(_ record: RequestRecord) {
    lines.add { [logger] dropped in
      if dropped > 0 {
        logger.warning("log lines were dropped", metadata: ["count": "\(dropped)"])
      }
      logger.info("request", metadata: Self.metadata(record))
    }
  }

  /// Waits until all lines added so far are written.
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
