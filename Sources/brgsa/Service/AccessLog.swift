import API
import Dispatch
import HTTP
import Logging
import Synchronization

/// One line a request: fixed words and checked fields, nothing that a client wrote but its request id.
///
/// Lines are written on a queue of their own, so that a log that nobody reads does not hold up the server's
/// threads; beyond a bound they are dropped and counted.
final class AccessLog: Sendable {
  private struct State {
    var waiting = 0
    var dropped = 0
  }

  private let logger: Logger
  private let queue = DispatchQueue(label: "brgsa.access-log")
  private let state = Mutex(State())

  /// Lines that may wait.
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

  /// Returns when every line so far is written.
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
