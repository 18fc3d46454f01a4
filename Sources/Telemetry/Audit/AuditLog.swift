internal import Formats
public import HTTP
public import Logging
public import StrictJSON
internal import Synchronization

/// The audit log. It records who did what and when, the id that was affected, and the outcome. Each request whose
/// route requires a scope gets one line, even if it was refused.
///
/// If a line does not fit into the queue or cannot be written, it is counted as missing. The next line states the
/// number of missing lines.
public final class AuditLog: Sendable {
  private struct State: ~Copyable {
    var file: AuditFile
    var missing = 0
    var isSynchronizing = false
  }

  private let state: Mutex<State>
  private let lines = LineQueue("brgsa.audit-log", capacity: 10_000)
  private let logger: Logger

  /// Number of seconds after which a written line is synchronized to the disk.
  private static let delay = 1

  /// Opens or creates the log at `path`. If a line cannot be written later, this is reported to `logger`.
  ///
  /// - Throws: ``AuditError``.
  public init(path: String, _ logger: Logger) throws(AuditError) {
    state = Mutex(State(file: try AuditFile(path: path)))
    self.logger = logger
  }

  /// Adds a line for a finished request. A request whose route requires no scope is ignored.
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

  /// Adds a line for an event that is not a request, for example `start`.
  public func add(_ kind: String, _ fields: JSONObject = [:]) {
    let event = AuditEvent(time: Timestamp.now(), kind: kind, fields)
    lines.add { [self] dropped in write(event, dropped) }
  }

  /// Waits until all lines added so far are on the disk.
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
