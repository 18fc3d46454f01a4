import CLibPQ
import Dispatch

/// Tells when the log of changes may have grown: when the server says so, and every two seconds, because the
/// server's word is only a hint. A lost connection is made again.
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

  /// Seconds between two looks at the log.
  static let pause = 2

  /// - Parameters:
  ///   - hourly: Called once an hour.
  ///   - jobsChanged: Called when the server says that a job has changed.
  init(
    address: String, hourly: @escaping @Sendable () -> Void,
    jobsChanged: @escaping @Sendable () -> Void = {}
  ) {
    self.address = address
    self.jobsChanged = jobsChanged
    self.hourly = hourly
  }

  /// Starts to call `heard`.
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

  /// Closes the connection. `heard` is called no more afterwards.
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
    // A lost connection that was not reported is found here.
    readMessages()
    if session == nil { listen() }
  }

  /// Reads what the server sent. Gives the connection up if it is lost.
  ///
  /// - Returns: The channels of the messages.
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
      // A job is not in the log of changes.
      if self?.readMessages() != [Store.jobChannel] { self?.heard() }
    }
    // The descriptor must stay open until the source no longer watches it.
    source.setCancelHandler { session.close() }
    source.activate()
    (socket, self.session) = (source, session)
    // Changes before `LISTEN` were not told.
    heard()
    jobsChanged()
  }

  /// `@unchecked Sendable`: only the queue uses it.
  private final class Session: @unchecked Sendable {
    private var handle: PostgresHandle?

    init(_ handle: PostgresHandle) { self.handle = handle }

    /// Reads what the server sent.
    ///
    /// - Returns: The channels of the messages; nil if the connection is lost.
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
