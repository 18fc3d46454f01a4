import CLibPQ
import Dispatch

/// Signals that the change log may have grown: when the server sends a notification, and every two seconds, because
/// notifications may be lost. Reconnects after a lost connection.
///
/// `@unchecked Sendable`: only the queue uses the variables.
final class ChangeListener: @unchecked Sendable {
  private let address: String
  private let hourly: @Sendable () -> Void
  private let queue = DispatchQueue(label: "brgsa.changes.listener")
  private let jobsChanged: @Sendable () -> Void
  private var heard: @Sendable () -> Void = {}
  private var timer: (any DispatchSourceTimer)?
  private var socket: (any DispatchSourceRead)?
  /// The connection that ``socket`` watches.
  private var session: Session?
  private var ticks = 0

  /// Seconds between two regular signals.
  static let pause = 2

  /// Creates a listener. It does nothing before ``start(_:)``.
  ///
  /// - Parameters:
  ///   - hourly: Called once an hour.
  ///   - jobsChanged: Called when the server reports that a job has changed.
  init(
    address: String, hourly: @escaping @Sendable () -> Void,
    jobsChanged: @escaping @Sendable () -> Void = {}
  ) {
    self.address = address
    self.jobsChanged = jobsChanged
    self.hourly = hourly
  }

  /// Starts to call `heard` whenever the change log may have grown.
  func start(_ heard: @escaping @Sendable () -> Void) {
    queue.async { [self] in
      self.heard = heard
      let timer = DispatchSource.makeTimerSource(queue: queue)
      timer.schedule(deadline: .now(), repeating: .seconds(Self.pause))
      timer.setEventHandler { [weak self] in self?.tick() }
      timer.activate()
      self.timer = timer
    }
  }

  /// Closes the connection. `heard` is not called afterwards.
  func stop() {
    queue.async { [self] in
      timer?.cancel()
      heard = {}
      timer = nil
      hangUp()
    }
  }

  private func tick() {
    heard()
    ticks += 1
    if ticks % (3600 / Self.pause) == 0 { hourly() }
    // This also detects a lost connection that the socket did not report.
    readMessages()
    if session == nil { listen() }
  }

  /// Reads the notifications that the server sent. Closes the connection if it is lost.
  ///
  /// - Returns: The channels of the notifications.
  @discardableResult
  private func readMessages() -> Set<String> {
    guard let session else { return [] }
    let channels = session.readMessages()
    if channels == nil { hangUp() }
    if channels?.contains(Store.jobChannel) == true { jobsChanged() }
    return channels ?? []
  }

  private func hangUp() {
    socket?.cancel()
    (socket, session) = (nil, nil)
  }

  private func listen() {
    guard let handle = try? PostgresHandle(address) else { return }
    let result = PQexec(
      handle.connection, "LISTEN \(ChangeLog.channel); LISTEN \(Store.jobChannel)")
    defer { PQclear(result) }
    let descriptor = PQsocket(handle.connection)
    guard PQresultStatus(result) == PGRES_COMMAND_OK, descriptor >= 0 else { return }
    let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    let session = Session(handle)
    source.setEventHandler { [weak self] in
      // A notification about jobs alone is ignored here, because jobs are not in the change log.
      if self?.readMessages() != [Store.jobChannel] { self?.heard() }
    }
    // The descriptor must stay open until the source has stopped watching it.
    source.setCancelHandler { session.close() }
    source.activate()
    (socket, self.session) = (source, session)
    // The server sent no notifications about changes before `LISTEN`.
    heard()
    jobsChanged()
  }

  /// `@unchecked Sendable`: only the listener's queue uses the session.
  private final class Session: @unchecked Sendable {
    private var handle: PostgresHandle?

    init(_ handle: PostgresHandle) { self.handle = handle }

    /// Reads the notifications that the server sent.
    ///
    /// - Returns: The channels of the notifications; nil if the connection is lost.
    func readMessages() -> Set<String>? {
      guard let connection = handle?.connection, PQconsumeInput(connection) == 1 else {
        return nil
      }
      var channels: Set<String> = []
      while let message = PQnotifies(connection) {
        channels.insert(String(cString: message.pointee.relname))
        PQfreemem(message)
      }
      return PQstatus(connection) == CONNECTION_OK ? channels : nil
    }

    func close() { handle = nil }
  }
}
