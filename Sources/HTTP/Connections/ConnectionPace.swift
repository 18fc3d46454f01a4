/// Decides whether a connection is too slow. A state machine: events change its stage, and
/// ``isLate(at:)`` is the result.
///
/// Times are the server's uptime as counted by its sweeps; it stops while the process is suspended.
/// libmicrohttpd's own deadlines are not used: its clock runs on while a process or machine is
/// suspended, and then all clients would be late at once.
struct ConnectionPace: Sendable {
  private enum Stage {
    case head(until: Duration)
    case receiving(UploadPace)
    /// The client waits for the server, so it cannot be late.
    case handling
    case sending(since: Duration, until: Duration)
    /// A body is streamed, so only bytes that the client does not read make it late.
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
  /// The time since which no byte has moved over the socket; nil before the first check of this
  /// stage.
  private var quietSince: Duration?
  /// Bytes that had moved over the socket at the last check.
  private var movedByteCount: UInt64?
  /// When the client was first seen to have closed its side with a request unfinished.
  private var silentSince: Duration?

  /// Time within which libmicrohttpd reports the bytes that it has read.
  private static let reportAllowance = Duration.seconds(1)
  /// How much earlier than one second after the last sweep the next one may come.
  private static let sweepJitter = Duration.milliseconds(100)
  /// Factor by which uploads must be faster while the spool is full.
  static let pressureFactor = 4

  /// A client connected.
  init(_ deadlines: Deadlines, at now: Duration) {
    self.deadlines = deadlines
    stage = .head(until: now + deadlines.head)
  }

  /// True while the client waits for a handler, or for more of a streamed body.
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

  /// The response is sent, and the next request may come.
  mutating func requestEnded(at now: Duration) {
    stage = .head(until: now + deadlines.idle + deadlines.head)
  }

  /// The head is read and a body follows.
  mutating func bodyBegan(at now: Duration) {
    stage = .receiving(UploadPace(start: now, windowStart: now))
  }

  /// More of the body arrived.
  mutating func received(_ count: Int) {
    guard case .receiving(var upload) = stage else { return }
    upload.byteCount += count
    upload.windowByteCount += count
    stage = .receiving(upload)
  }

  /// The request is complete.
  mutating func handlingBegan() {
    stage = .handling
  }

  /// A response with `byteCount` bytes is queued.
  mutating func sendingBegan(_ byteCount: Int, at now: Duration) {
    let transfer = Duration.seconds(byteCount / max(deadlines.uploadBytesPerSecond, 1))
    stage = .sending(since: now, until: now + deadlines.send + transfer)
  }

  /// A body will be streamed.
  mutating func streamingBegan() {
    stage = .streaming
  }

  /// Records the socket's traffic so far; nil on systems without counters.
  mutating func observed(_ traffic: SocketTraffic?, at now: Duration) {
    guard let traffic else {
      quietSince = nil
      return
    }
    var hasMoved = traffic.byteCount != movedByteCount
    // A client that has read everything waits for the server.
    if case .streaming = stage, traffic.unacknowledged == 0 { hasMoved = true }
    movedByteCount = traffic.byteCount
    if hasMoved || quietSince == nil { quietSince = now }
  }

  /// The client has closed its side, and everything it sent has been read.
  ///
  /// libmicrohttpd 0.9.75 misses this if the end comes together with the last bytes.
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
      // The end of a window does not count as a byte that moved.
      quietSince = quiet
      return Double(byteCount) < Double(deadlines.uploadBytesPerSecond) * (elapsed / .seconds(1))
    }
  }

  /// True if a response takes longer than a small one may, so that other responses may claim its
  /// memory.
  func isLongSending(at now: Duration) -> Bool {
    guard case .sending(let start, _) = stage else { return false }
    return now - start > deadlines.send
  }

  /// True if a slow upload must make room for others while the spool is full.
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
  /// Bytes received, and bytes that the other side has acknowledged.
  let byteCount: UInt64
  /// Bytes sent that the other side has not acknowledged.
  let unacknowledged: Int
  /// Bytes received and read.
  var readByteCount: UInt64 = 0
}
