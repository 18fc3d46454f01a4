/// A state machine that decides whether a connection is too slow. Events change the stage, and
/// ``isLate(at:)`` returns the decision.
///
/// Times are the server's uptime, which its regular checks of all connections (sweeps) count. Uptime does not grow
/// while the process is suspended. libmicrohttpd's own deadlines are not used, because its clock continues while the
/// process or the machine is suspended. All clients would then be late at once.
struct ConnectionPace: Sendable {
  private enum Stage {
    case head(until: Duration)
    case receiving(UploadPace)
    /// The client waits for the server, so the client cannot be late.
    case handling
    case sending(since: Duration, until: Duration)
    /// A body is streamed. The client is late only if it does not read sent bytes.
    case streaming
  }

  /// The progress of an upload, in total and in the current window.
  private struct UploadPace {
    let start: Duration
    var byteCount = 0
    var windowStart: Duration
    var windowByteCount = 0
  }

  private let deadlines: Deadlines
  private var stage: Stage {
    didSet {
      silentSince = nil
      quietSince = nil
    }
  }
  /// The time of the last check at which bytes had moved over the socket; nil before the first check of this stage.
  private var quietSince: Duration?
  /// Number of bytes that had moved over the socket at the last check.
  private var movedByteCount: UInt64?
  /// The time of the first check that found the client's side closed and its request unfinished.
  private var silentSince: Duration?

  /// The time that libmicrohttpd may take to report bytes that it has read.
  private static let reportAllowance = Duration.seconds(1)
  /// How much shorter than one second the interval between two sweeps may be.
  private static let sweepJitter = Duration.milliseconds(100)
  /// While the spool is full, uploads must be faster by this factor.
  static let pressureFactor = 4

  /// Starts the pace of a new connection.
  init(_ deadlines: Deadlines, at now: Duration) {
    self.deadlines = deadlines
    stage = .head(until: now + deadlines.head)
  }

  /// True while the client waits for a handler, or while a body is streamed.
  var isHandling: Bool {
    switch stage {
    case .handling, .streaming: true
    case .head, .receiving, .sending: false
    }
  }

  /// True while the server waits for the client.
  var isWaitingForClient: Bool {
    switch stage {
    case .head, .receiving: true
    case .handling, .sending, .streaming: false
    }
  }

  /// Records that the response is sent. The next request may begin.
  mutating func requestEnded(at now: Duration) {
    stage = .head(until: now + deadlines.idle + deadlines.head)
  }

  /// Records that the head is read and a body follows.
  mutating func bodyBegan(at now: Duration) {
    stage = .receiving(UploadPace(start: now, windowStart: now))
  }

  /// Records that `count` more bytes of the body arrived.
  mutating func received(_ count: Int) {
    guard case .receiving(var upload) = stage else { return }
    upload.byteCount += count
    upload.windowByteCount += count
    stage = .receiving(upload)
  }

  /// Records that the request is complete and its handler runs.
  mutating func handlingBegan() {
    stage = .handling
  }

  /// Records that a response with `byteCount` bytes is queued.
  mutating func sendingBegan(_ byteCount: Int, at now: Duration) {
    let transfer = Duration.seconds(byteCount / max(deadlines.uploadBytesPerSecond, 1))
    stage = .sending(since: now, until: now + deadlines.send + transfer)
  }

  /// Records that a body will be streamed.
  mutating func streamingBegan() {
    stage = .streaming
  }

  /// Records the socket's traffic so far. `traffic` is nil on systems without counters.
  mutating func observed(_ traffic: SocketTraffic?, at now: Duration) {
    guard let traffic else {
      quietSince = nil
      return
    }
    var hasMoved = traffic.byteCount != movedByteCount
    // A client that has acknowledged everything is waiting for the server.
    if case .streaming = stage, traffic.unacknowledged == 0 { hasMoved = true }
    movedByteCount = traffic.byteCount
    if hasMoved || quietSince == nil { quietSince = now }
  }

  /// Records that the client has closed its side and that everything it sent has been read.
  ///
  /// libmicrohttpd 0.9.75 does not detect this if the end arrives together with the last bytes.
  ///
  /// - Returns: True if the request can no longer become complete.
  mutating func endWasSeen(at now: Duration) -> Bool {
    guard isWaitingForClient else { return false }
    let since = silentSince ?? now
    silentSince = since
    return now - since >= Self.reportAllowance
  }

  /// True if the connection must be closed.
  mutating func isLate(at now: Duration) -> Bool { isSlow(at: now) || isSilent(at: now) }

  /// True if no byte has moved for too long.
  func isSilent(at now: Duration) -> Bool {
    let limit: Duration? =
      switch stage {
      case .head, .sending, .streaming: deadlines.idle
      case .receiving: deadlines.uploadIdle
      case .handling: nil
      }
    guard let limit, let quietSince else { return false }
    return now - quietSince >= limit - Self.sweepJitter
  }

  private mutating func isSlow(at now: Duration) -> Bool {
    switch stage {
    case .head(let deadline), .sending(_, let deadline): return now > deadline
    case .handling, .streaming: return false
    case .receiving(var upload):
      let elapsed = now - upload.windowStart
      guard elapsed >= deadlines.uploadWindow else { return false }
      let byteCount = upload.windowByteCount
      upload.windowStart = now
      upload.windowByteCount = 0
      let quiet = quietSince
      stage = .receiving(upload)
      // The new window alone must not reset the time of silence.
      quietSince = quiet
      return Double(byteCount) < Double(deadlines.uploadBytesPerSecond) * (elapsed / .seconds(1))
    }
  }

  /// True if sending a response takes longer than a small response may take. If other responses
  /// need memory, this connection is then cut.
  func isLongSending(at now: Duration) -> Bool {
    guard case .sending(let start, _) = stage else { return false }
    return now - start > deadlines.send
  }

  /// True if an upload is so slow that it is cut while the spool is full.
  func isSlowUpload(at now: Duration) -> Bool {
    guard case .receiving(let upload) = stage, now - upload.start > deadlines.uploadWindow else {
      return false
    }
    let rate = Double(deadlines.uploadBytesPerSecond) * Double(Self.pressureFactor)
    return Double(upload.byteCount) < rate * ((now - upload.start) / .seconds(1))
  }
}

/// Traffic of a socket since it was opened.
struct SocketTraffic: Sendable, Equatable {
  /// Number of received bytes plus number of sent bytes that the other side has acknowledged.
  let byteCount: UInt64
  /// Number of sent bytes that the other side has not acknowledged.
  let unacknowledged: Int
  /// Number of received bytes that libmicrohttpd has read.
  var readByteCount: UInt64 = 0
}
