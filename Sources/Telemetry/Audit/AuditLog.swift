internal import Formats
public import HTTP
public import Logging
public import StrictJSON
internal import Synchronization

/// Records who did what, when, to which id, and the outcome. Writes one line for each request whose
/// route requires a scope, even if the request was refused.
///
/// Lines that do not fit into the queue or cannot be written are counted. The next line states how many are missing.
public final class AuditLog: Sendable {
  private struct State: ~Copyable {
    var file: AuditFile
    var missing = 0
    var isSynchronizing = false
  }

  private let state: Mutex<State>
  private let lines = LineQueue("brgsa.audit-log", capacity: 10_000)
  private let logger: Logger

  /// Seconds after which a written line is flushed to the disk.
  private static let delay = 1

  /// Opens or creates the log at `path`. If the log cannot be written later, `logger` reports it.
  ///
  /// - Throws: ``AuditError``.
  public init(path: String, _ logger: Logger) throws(AuditError) {
    state = Mutex(State(file: try AuditFile(path: path)))
    self.logger = logger
  }

  /// Adds the line of a finished request.
  public func add(_ record: RequestRecord) {
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

  /// Adds the line of an event that is not a request, such as `start`.
  public func add(_ kind: String, _ fields: JSONObject = [:]) {
    let event = AuditEvent(time: Timestamp.now(), kind: kind, fields)
    lines.add { [self] dropped in write(event, dropped) }
  }

  /// Waits until all lines so far are on the disk.
  public func flush() {
    lines.flush()
    state.withLock { $0.file.synchronize() }
  }

  private func write(_ event: AuditEvent, _ dropped: Int) {
    let (reason, isDue): (AuditError?, Bool) = state.withLock { state in
      state.missing += dropped
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
    lines.add(after: Self.delay) { [self] in
      state.withLock { state in
        state.isSynchronizing = false
        state.file.synchronize()
      }
    }
  }
}
