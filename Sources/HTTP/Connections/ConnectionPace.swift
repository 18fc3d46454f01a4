/// Decides whether a connection is too slow. This is a state machine: events change its stage, and ``isLate(at:)``
/// returns the decision.
///
/// All times are server uptimes. The uptime grows when the server checks all connections (see
/// ``Connections/sweep(at:)``). It does not grow while the process is suspended. The deadlines of libmicrohttpd are
/// not used, because its clock also runs while the process or the machine is suspended. After a suspension, all
/// clients would be late at once.
struct ConnectionPace: Sendable {
  private enum Stage {
    case head(until: Duration)
    case receiving(UploadPace)
    /// The handler runs. The client waits for the server, so it cannot be late.
    case handling
    case sending(since: Duration, until: Duration)
    /// A body is streamed. The client is late only if it does not read the bytes that were sent.
    case streaming
  }

  /// The progress of an upload: the bytes of the whole body and the bytes of the current window.
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
  /// Time of the last check that found new traffic on the socket; nil before the first check of this stage.
  private var quietSince: Duration?
  /// Byte count of the socket's traffic at the last check.
  private var movedByteCount: UInt64?
  /// Time of the first check that found the request incomplete and the client's sending side closed.
  private var silentSince: Duration?

  /// Time that libmicrohttpd may need to report bytes that it has read.
  private static let reportAllowance = Duration.seconds(1)
  /// The interval between two sweeps may be this much shorter than one second.
  private static let sweepJitter = Duration.milliseconds(100)
  /// While the spool is full, the minimum speed of uploads is multiplied by this factor.
  static let pressureFactor = 4

  /// Starts a connection in the stage that reads the first head.
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

  /// Records that the response was sent. The next request may follow.
  mutating func requestEnded(at now: Duration) {
    stage = .head(until: now + deadlines.idle + deadlines.head)
  }

  /// Records that the head was read and that a body follows.
  mutating func bodyBegan(at now: Duration) {
    stage = .receiving(UploadPace(start: now, windowStart: now))
  }

  /// Records that `count` more bytes of the body were received.
  mutating func received(_ count: Int) {
    guard case .receiving(var upload) = stage else { return }
    upload.byteCount += count
    upload.windowByteCount += count
    stage = .receiving(upload)
  }

  /// Records that the request is complete and that its handler runs.
  mutating func handlingBegan() {
    stage = .handling
  }

  /// Records that a response body of `byteCount` bytes is queued.
  mutating func sendingBegan(_ byteCount: Int, at now: Duration) {
    let transfer = Duration.seconds(byteCount / max(deadlines.uploadBytesPerSecond, 1))
    stage = .sending(since: now, until: now + deadlines.send + transfer)
  }

  /// Records that the response body will be streamed.
  mutating func streamingBegan() {
    stage = .streaming
  }

  /// Compares the socket's traffic with the traffic at the last check. `traffic` is nil on systems without counters.
  mutating func observed(_ traffic: SocketTraffic?, at now: Duration) {
    guard let traffic else {
      quietSince = nil
      return
    }
    var hasMoved = traffic.byteCount != movedByteCount
    // A client that has acknowledged all bytes waits for the server, so it is not silent.
    if case .streaming = stage, traffic.unacknowledged == 0 { hasMoved = true }
    movedByteCount = traffic.byteCount
    if hasMoved || quietSince == nil { quietSince = now }
  }

  /// Records that the client has closed its sending side and that the server has read everything from the socket.
  ///
  /// libmicrohttpd 0.9.75 does not notice a closed side if the close arrives together with the last bytes.
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

  /// True if no byte was transferred for too long.
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
      // A change of stage resets the silence timer. A new upload window must not reset it.
      quietSince = quiet
      return Double(byteCount) < Double(deadlines.uploadBytesPerSecond) * (elapsed / .seconds(1))
    }
  }

  /// True if the client takes longer than a small response allows. Such a connection is cut when other responses need
  /// memory.
  func isLongSending(at now: Duration) -> Bool {
    guard case .sending(let start, _) = stage else { return false }
    return now - start > deadlines.send
  }

  /// True if the upload is too slow for a full spool. Such an upload is cut while the spool is full.
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
  /// Number of received bytes, plus the number of sent bytes that the other side has acknowledged.
  let byteCount: UInt64
  /// Number of sent bytes that the other side has not acknowledged.
  let unacknowledged: Int
  /// Number of received bytes that libmicrohttpd has read.
  var readByteCount: UInt64 = 0
}
