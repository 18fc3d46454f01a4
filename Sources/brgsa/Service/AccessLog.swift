import API
import Dispatch
import HTTP
import Logging
import Synchronization

/// Writes one line for each request: fixed words and checked fields. Of the client's own text it
/// contains only the request id.
///
/// A separate queue writes the lines, so that a blocked log does not block the server's threads.
/// Lines beyond a limit are dropped and counted.
final class AccessLog: Sendable {
  private struct State {
    var waiting = 0
    var dropped = 0
  }

  private let logger: Logger
  private let queue = DispatchQueue(label: "brgsa.access-log")
  private let state = Mutex(State())

  /// Most lines that may wait.
  private static let capacity = 1024

  init(_ logger: Logger) { self.logger = logger }

  func add(_ record: RequestRecord) {
    let hasRoom = state.withLock { state in
      guard state.waiting < Self.capacity else {
        state.dropped += 1
        return false
      }
      state.waiting += 1
      return true
    }
    guard hasRoom else { return }
    queue.async { [self] in
      let dropped = state.withLock { state in
        state.waiting -= 1
        defer { state.dropped = 0 }
        return state.dropped
      }
      if dropped > 0 {
        logger.warning("log lines were dropped", metadata: ["count": "\(dropped)"])
      }
      logger.info("request", metadata: Self.metadata(record))
    }
  }

  /// Returns when all lines so far are written.
  func flush() { queue.sync {} }

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
