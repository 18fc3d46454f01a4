import API
import HTTP
import Logging

/// One line a request: fixed words and checked fields, nothing that a client wrote but its request id.
enum AccessLog {
  static func write(_ record: RequestRecord, to logger: Logger) {
    var metadata: Logger.Metadata = [
      "request_id": "\(record.requestID)", "ending": "\(record.ending.rawValue)",
      "bytes_in": "\(record.bytesReceived)", "bytes_out": "\(record.bytesSent)",
      "ms": "\(record.duration.milliseconds)",
    ]
    metadata["method"] = record.method.map { "\($0.rawValue)" }
    metadata["route"] = record.routePattern.map { "\($0)" }
    metadata["status"] = record.status.map { "\($0)" }
    logger.info("request", metadata: metadata)
  }
}
