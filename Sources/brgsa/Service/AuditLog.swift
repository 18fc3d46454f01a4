import Audit
import Dispatch
import Formats
import HTTP
import Logging
import StrictJSON
import Synchronization

/// Records who did what, when, to which id, and the outcome: one line for each request that
/// requires a scope, granted or not.
///
/// A separate queue writes the lines. Lines beyond a limit, or while the disk fails, are counted
/// instead, and the next line contains the number.
final class AuditLog: Sendable {
  private struct State: ~Copyable {
    var file: AuditFile
    var missing = 0
    var isSynchronizing = false
  }

  private let state: Mutex<State>
  private let waiting = Mutex(0)
  private let queue = DispatchQueue(label: "brgsa.audit-log")
  private let logger: Logger

  /// Most lines that may wait.
  private static let capacity = 10_000
  /// Time after which a line is on the disk.
  private static let delay = DispatchTimeInterval.seconds(1)

  /// - Throws: `AuditError`.
  init(path: String, _ logger: Logger) throws(AuditError) {
    state = Mutex(State(file: try AuditFile(path: path)))
    self.logger = logger
  }

  /// Records a finished request.
  func add(_ record: RequestRecord) {
    guard let scope = record.scope else { return }
    add(
      "request",
      [
        "client": .optional(record.client, JSON.string), "scope": .string(scope.rawValue),
        "method": .optional(record.method?.rawValue, JSON.string),
        "route": .optional(record.routePattern, JSON.string),
        "subject": .optional(record.subject, JSON.string),
        "status": .optional(record.status, JSON.integer),
        "request_id": .string(record.requestID),
        "ending": record.ending == .completed ? nil : .string(record.ending.rawValue),
      ])
  }

  /// Records another event.
  func add(_ kind: String, _ fields: JSONObject = [:]) {
    let event = AuditEvent(time: Timestamp.now(), kind: kind, fields)
    let hasRoom = waiting.withLock { count in
      guard count < Self.capacity else { return false }
      count += 1
      return true
    }
    guard hasRoom else {
      state.withLock { $0.missing += 1 }
      return
    }
    queue.async { [self] in
      waiting.withLock { $0 -= 1 }
      write(event)
    }
  }

  /// Returns when all lines so far are on the disk.
  func flush() {
    queue.sync {}
    state.withLock { $0.file.synchronize() }
  }

  private func write(_ event: AuditEvent) {
    let (reason, isDue): (AuditError?, Bool) = state.withLock { state in
      let missing = state.missing
      let event =
        missing == 0
        ? event
        : AuditEvent(
          time: event.time, kind: event.kind,
          event.fields + ["lines_missing_before": .integer(missing)])
      do throws(AuditError) {
        try state.file.add(event)
        state.missing = 0
      } catch {
        state.missing += 1
        return (missing == 0 ? error : nil, false)
      }
      defer { state.isSynchronizing = true }
      return (nil, !state.isSynchronizing)
    }
    if let reason {
      logger.error("the audit log is not writable", metadata: ["reason": "\(reason)"])
    }
    guard isDue else { return }
    queue.asyncAfter(deadline: .now() + Self.delay) { [self] in
      state.withLock { state in
        state.isSynchronizing = false
        state.file.synchronize()
      }
    }
  }
}
