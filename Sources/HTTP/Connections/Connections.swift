import Glibc
import Synchronization

/// One accepted socket.
final class Connection: Sendable {
  let descriptor: Int32
  /// Whether the other side is on this machine.
  let isLocal: Bool
  /// True if this connection exceeds the connection limit and is open only to receive a refusal.
  let isSurplus: Bool

  private struct State {
    var pace: ConnectionPace
    var exchange: Exchange?
    var wasSilent = false
    /// Number of bytes that had been read from the socket when the last piece of a chunked body arrived.
    var readMark: UInt64?
  }

  /// A chunk head of at least this many bytes counts as endless. libmicrohttpd passes on all bytes that it reads at
  /// once, except those of a chunk head, which it collects in the connection's memory.
  private static let longestChunkHead: UInt64 = 16 << 10

  private let state: Mutex<State>

  init(descriptor: Int32, pace: ConnectionPace, isSurplus: Bool) {
    self.descriptor = descriptor
    self.isSurplus = isSurplus
    isLocal = PeerState.isLocal(descriptor)
    state = Mutex(State(pace: pace, exchange: nil))
  }

  /// The current request.
  var exchange: Exchange? { state.withLock(\.exchange) }

  /// True if the connection was cut because no byte had moved for too long.
  var wasSilent: Bool { state.withLock(\.wasSilent) }

  /// Checks the socket and the clock.
  ///
  /// - Returns: True if the connection must be cut.
  func isOver(_ peer: PeerState, at uptime: Duration) -> Bool {
    let traffic = SocketTraffic(of: descriptor)
    return state.withLock { state in
      state.pace.observed(traffic, at: uptime)
      if state.pace.isSilent(at: uptime) { state.wasSilent = true }
      return state.pace.isLate(at: uptime)
        || peer == .finished && state.pace.endWasSeen(at: uptime)
    }
  }

  /// Records that a request's head or a piece of its chunked body has arrived.
  func markRead() {
    let mark = SocketTraffic(of: descriptor)?.readByteCount
    state.withLock { $0.readMark = mark }
  }

  /// True if many bytes were read since the last piece of a body.
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

/// All open connections. ``sweep(at:)`` checks them for deadlines and for clients that left.
///
/// The table contains each socket exactly as long as the socket is open. libmicrohttpd reports the
/// end of a connection before it closes the socket, and this report waits until a running sweep has
/// ended. A sweep therefore never cuts a later socket with the same number.
final class Connections: Sendable {
  private struct State {
    var open: [Int32: Connection] = [:]
    var uptime = Duration.zero
    var lastSweep: ContinuousClock.Instant
  }

  private let state: Mutex<State>
  /// Maximum number of open connections that are served.
  let limit: Int
  private let deadlines: Deadlines
  private let sweepInterval: Duration
  /// A longer gap between two sweeps means that the process or its machine was suspended. Clients
  /// are not blamed for this time.
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

  /// Time for the head of a request on a surplus connection. Only few surplus connections can be open at once.
  private static let surplusTime = Duration.seconds(2)

  /// The server's running time, as counted by the sweeps.
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

  /// Cuts connections that wait for the rest of a request.
  func cutIncomplete() {
    cut { $0.withPace(\.isWaitingForClient) }
  }

  /// Cuts connections that read a large response slowly, because other responses need its memory.
  func cutSlowReaders() {
    let uptime = uptime
    cut { $0.withPace { $0.isLongSending(at: uptime) } }
  }

  /// Cuts slow uploads, because other uploads need their space.
  func cutSlowUploads() {
    let uptime = uptime
    cut { $0.withPace { $0.isSlowUpload(at: uptime) } }
  }

  /// Cuts connections with an endless chunk head.
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
