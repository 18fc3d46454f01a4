/// Whether a connection is too slow. A state machine: stages are events, ``isLate(at:)`` the
/// answer.
///
/// Times are the server's uptime as its sweeps see it; it stands still while the process does.
struct ConnectionPace: Sendable {
  private enum Stage {
    case head(until: Duration)
    case receiving(windowStart: Duration, byteCount: Int)
    /// The client waits for us, so it cannot be late.
    case handling
    case sending(until: Duration)
  }

  private let deadlines: Deadlines
  private var stage: Stage { didSet { silentSince = nil } }
  /// When it was first seen that the client has closed its side and left a request unfinished.
  private var silentSince: Duration?

  /// Bytes that were read but not yet reported are surely reported after this time.
  private static let reportAllowance = Duration.seconds(1)

  /// A client has connected.
  init(_ deadlines: Deadlines, at now: Duration) {
    self.deadlines = deadlines
    stage = .head(until: now + deadlines.head)
  }

  /// True while the client waits for a handler.
  var isHandling: Bool { if case .handling = stage { true } else { false } }

  /// True while we wait for the client to say more.
  var isWaitingForClient: Bool {
    switch stage {
    case .head, .receiving: true
    case .handling, .sending: false
    }
  }

  /// The answer is sent and the next request may come.
  mutating func requestEnded(at now: Duration) {
    stage = .head(until: now + deadlines.idle + deadlines.head)
  }

  /// The head is read and a body follows.
  mutating func bodyBegan(at now: Duration) {
    stage = .receiving(windowStart: now, byteCount: 0)
  }

  /// More of the body came.
  mutating func received(_ count: Int) {
    guard case .receiving(let start, let byteCount) = stage else { return }
    stage = .receiving(windowStart: start, byteCount: byteCount + count)
  }

  /// The request is complete.
  mutating func handlingBegan() {
    stage = .handling
  }

  /// An answer with `byteCount` bytes is queued.
  mutating func sendingBegan(_ byteCount: Int, at now: Duration) {
    let transfer = Duration.seconds(byteCount / max(deadlines.uploadBytesPerSecond, 1))
    stage = .sending(until: now + deadlines.send + transfer)
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
  mutating func isLate(at now: Duration) -> Bool {
    switch stage {
    case .head(let deadline), .sending(let deadline): return now > deadline
    case .handling: return false
    case .receiving(let start, let byteCount):
      let elapsed = now - start
      guard elapsed >= deadlines.uploadWindow else { return false }
      stage = .receiving(windowStart: now, byteCount: 0)
      return Double(byteCount) < Double(deadlines.uploadBytesPerSecond) * (elapsed / .seconds(1))
    }
  }
}
