/// Whether a connection is too slow. A state machine: stages are events, ``isLate(at:)`` the
/// answer.
///
/// Times are the server's uptime as its sweeps see it; it stands still while the process does. libmicrohttpd has no
/// deadlines of its own here: its clock runs on while a process or its machine is stopped, so that every client would
/// be late at once.
struct ConnectionPace: Sendable {
  private enum Stage {
    case head(until: Duration)
    case receiving(UploadPace)
    /// The client waits for us, so it cannot be late.
    case handling
    case sending(since: Duration, until: Duration)
    /// A body is sent as it comes, so only bytes that the client does not take make it late.
    case streaming
  }

  /// How an upload comes along, over all of it and over the current window.
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
  /// Since when no byte has moved over the socket; nil before the first look at it in this stage.
  private var quietSince: Duration?
  /// What had moved over the socket at the last look.
  private var movedByteCount: UInt64?
  /// When it was first seen that the client has closed its side and left a request unfinished.
  private var silentSince: Duration?

  /// Bytes that were read but not yet reported are surely reported after this time.
  private static let reportAllowance = Duration.seconds(1)
  /// How much earlier than a second after the last one a sweep may come.
  private static let sweepJitter = Duration.milliseconds(100)
  /// While the spool is full, an upload must be this many times as fast as otherwise.
  static let pressureFactor = 4

  /// A client has connected.
  init(_ deadlines: Deadlines, at now: Duration) {
    self.deadlines = deadlines
    stage = .head(until: now + deadlines.head)
  }

  /// True while the client waits for a handler, or for more of a body that a handler makes.
  var isHandling: Bool {
    switch stage {
    case .handling, .streaming: true
    case .head, .receiving, .sending: false
    }
  }

  /// True while we wait for the client to say more.
  var isWaitingForClient: Bool {
    switch stage {
    case .head, .receiving: true
    case .handling, .sending, .streaming: false
    }
  }

  /// The answer is sent and the next request may come.
  mutating func requestEnded(at now: Duration) {
    stage = .head(until: now + deadlines.idle + deadlines.head)
  }

  /// The head is read and a body follows.
  mutating func bodyBegan(at now: Duration) {
    stage = .receiving(UploadPace(start: now, windowStart: now))
  }

  /// More of the body came.
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

  /// An answer with `byteCount` bytes is queued.
  mutating func sendingBegan(_ byteCount: Int, at now: Duration) {
    let transfer = Duration.seconds(byteCount / max(deadlines.uploadBytesPerSecond, 1))
    stage = .sending(since: now, until: now + deadlines.send + transfer)
  }

  /// A body is going to be sent as it comes.
  mutating func streamingBegan() {
    stage = .streaming
  }

  /// What the socket has moved so far; nil where the system does not count.
  mutating func observed(_ traffic: SocketTraffic?, at now: Duration) {
    guard let traffic else {
      quietSince = nil
      return
    }
    var hasMoved = traffic.byteCount != movedByteCount
    // A client that has taken all there was waits for us.
    if case .streaming = stage, traffic.unacknowledged == 0 { hasMoved = true }
    movedByteCount = traffic.byteCount
    if hasMoved || quietSince == nil { quietSince = now }
  }

  /// The client will send nothing more, and nothing it sent is left to be read.
  ///
  /// libmicrohttpd 0.9.75 overlooks this when the end comes together with the last bytes.
  ///
  /// - Returns: True if the request can no longer become complete.
  mutating func endWasSeen(at now: Duration) -> Bool {
    guard isWaitingForClient else { return false }
    let since = silentSince ?? now
    silentSince = since
    return now - since >= Self.reportAllowance
  }

  /// True if the connection is to be closed.
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
      // A window that ends is not a byte that moved.
      quietSince = quiet
      return Double(byteCount) < Double(deadlines.uploadBytesPerSecond) * (elapsed / .seconds(1))
    }
  }

  /// True if an answer has been on its way for longer than a small one may be: others may need its memory.
  func isLongSending(at now: Duration) -> Bool {
    guard case .sending(let start, _) = stage else { return false }
    return now - start > deadlines.send
  }

  /// True if an upload is so slow that it must make room for others when the spool is full.
  func isSlowUpload(at now: Duration) -> Bool {
    guard case .receiving(let upload) = stage, now - upload.start > deadlines.uploadWindow else {
      return false
    }
    let rate = Double(deadlines.uploadBytesPerSecond) * Double(Self.pressureFactor)
    return Double(upload.byteCount) < rate * ((now - upload.start) / .seconds(1))
  }
}

/// What has moved over a socket since it was opened.
struct SocketTraffic: Sendable, Equatable {
  /// Bytes that came, and bytes that the other side has acknowledged.
  let byteCount: UInt64
  /// Bytes sent that the other side has not acknowledged.
  let unacknowledged: Int
  /// Bytes that came and were read.
  var readByteCount: UInt64 = 0
}
