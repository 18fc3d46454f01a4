import Glibc
import Synchronization

/// One accepted socket.
final class Connection: Sendable {
  let descriptor: Int32
  /// Whether the other side is on this machine.
  let isLocal: Bool
  /// Whether it is one too many, and only open to be told so.
  let isSurplus: Bool

  private struct State {
    var pace: ConnectionPace
    var exchange: Exchange?
    var wasSilent = false
    /// What had been read from the socket when bytes of a body in chunks last reached us.
    var readMark: UInt64?
  }

  /// What is read is passed on at once, but for a chunk's head that does not end: it fills at least this much of the
  /// connection's memory after the last bytes that were passed on.
  private static let longestChunkHead: UInt64 = 16 << 10

  private let state: Mutex<State>

  init(descriptor: Int32, pace: ConnectionPace, isSurplus: Bool) {
    self.descriptor = descriptor
    self.isSurplus = isSurplus
    isLocal = PeerState.isLocal(descriptor)
    state = Mutex(State(pace: pace, exchange: nil))
  }

  /// The request that is under way.
  var exchange: Exchange? { state.withLock(\.exchange) }

  /// Whether it was cut because no byte had moved for too long.
  var wasSilent: Bool { state.withLock(\.wasSilent) }

  /// Looks at the socket and at the clock.
  ///
  /// - Returns: True if the connection is to be cut.
  func isOver(_ peer: PeerState, at uptime: Duration) -> Bool {
    let traffic = SocketTraffic(of: descriptor)
    return state.withLock { state in
      state.pace.observed(traffic, at: uptime)
      if state.pace.isSilent(at: uptime) { state.wasSilent = true }
      return state.pace.isLate(at: uptime)
        || peer == .finished && state.pace.endWasSeen(at: uptime)
    }
  }

  /// Bytes of a body in chunks have reached us, or its head has.
  func markRead() {
    let mark = SocketTraffic(of: descriptor)?.readByteCount
    state.withLock { $0.readMark = mark }
  }

  /// Whether much was read of which nothing has reached us.
  var isFlooded: Bool {
    guard let mark = state.withLock(\.readMark),
      let read = SocketTraffic(of: descriptor)?.readByteCount
    else { return false }
    return read >= mark && read - mark >= Self.longestChunkHead
  }

  func begin(_ exchange: Exchange) {
    state.withLock { $0.exchange = exchange }
  }

  func end(at now: Duration) {
    state.withLock {
      $0.exchange = nil
      $0.readMark = nil
      $0.pace.requestEnded(at: now)
    }
  }

  /// Reads or changes the pace.
  func withPace<Result: Sendable>(_ body: @Sendable (inout ConnectionPace) -> Result) -> Result {
    state.withLock { body(&$0.pace) }
  }
}

/// All open connections, and the look at the clock and at clients that left.
///
/// A socket is in the table exactly as long as it is open: libmicrohttpd reports it before it
/// closes it, and that report waits for a sweep to end. So a sweep never touches a socket of
/// somebody else.
final class Connections: Sendable {
  private struct State {
    var open: [Int32: Connection] = [:]
    var uptime = Duration.zero
    var lastSweep: ContinuousClock.Instant
  }

  private let state: Mutex<State>
  /// Most open connections that are served.
  let limit: Int
  private let deadlines: Deadlines
  private let sweepInterval: Duration
  /// A longer gap between two sweeps means that the process or its machine stood still, which is not a client's fault.
  private let longestGap: Duration

  private let areEncrypted: Bool

  init(
    limit: Int, deadlines: Deadlines, sweepInterval: Duration, areEncrypted: Bool = false,
    at now: ContinuousClock.Instant = .now
  ) {
    state = Mutex(State(lastSweep: now))
    self.limit = limit
    self.deadlines = deadlines
    self.areEncrypted = areEncrypted
    self.sweepInterval = sweepInterval
    longestGap = sweepInterval * 3
  }

  /// Time for the head of a request on a connection too many, which takes the place of the next one's refusal.
  private static let surplusTime = Duration.seconds(2)

  /// Time that the server has run, as the sweeps saw it.
  var uptime: Duration { state.withLock(\.uptime) }

  func opened(_ descriptor: Int32) -> Connection {
    state.withLock {
      let isSurplus = $0.open.count >= limit
      var deadlines = deadlines
      if isSurplus { deadlines.head = min(deadlines.head, Self.surplusTime) }
      let connection = Connection(
        descriptor: descriptor, pace: ConnectionPace(deadlines, at: $0.uptime),
        isSurplus: isSurplus)
      $0.open[descriptor] = connection
      return connection
    }
  }

  func closed(_ connection: Connection) {
    state.withLock { $0.open[connection.descriptor] = nil }
  }

  /// Cuts connections that are late and cancels the handlers of clients that have left.
  ///
  /// - Parameter now: The time of the sweep.
  func sweep(at now: ContinuousClock.Instant = .now) {
    let abandoned = state.withLock { state in
      let gap = now - state.lastSweep
      state.uptime += gap > longestGap ? sweepInterval : gap
      state.lastSweep = now
      let uptime = state.uptime
      let peers = PeerState.all(of: Array(state.open.values), areEncrypted: areEncrypted)
      for (connection, peer) in peers where connection.isOver(peer, at: uptime) {
        shutdown(connection.descriptor, Int32(SHUT_RDWR))
      }
      return peers.filter { $0.1 != .present && $0.0.withPace(\.isHandling) }.map(\.0)
    }
    for connection in abandoned { connection.exchange?.cancelHandler() }
  }

  /// Cuts connections of which the rest of a request is awaited.
  func cutIncomplete() {
    cut { $0.withPace(\.isWaitingForClient) }
  }

  /// Cuts those that take a large answer slowly: others need the memory that it holds.
  func cutSlowReaders() {
    let uptime = uptime
    cut { $0.withPace { $0.isLongSending(at: uptime) } }
  }

  /// Cuts uploads that come slowly: others need the space that they hold.
  func cutSlowUploads() {
    let uptime = uptime
    cut { $0.withPace { $0.isSlowUpload(at: uptime) } }
  }

  /// Cuts those whose chunks have a head without an end.
  func cutFlooded() {
    cut(where: \.isFlooded)
  }

  /// Cuts all connections.
  func cutAll() {
    cut { _ in true }
  }

  private func cut(where isAffected: (Connection) -> Bool) {
    state.withLock { state in
      for connection in state.open.values where isAffected(connection) {
        shutdown(connection.descriptor, Int32(SHUT_RDWR))
      }
    }
  }
}
