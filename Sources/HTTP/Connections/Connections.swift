import Glibc
import Synchronization

/// An accepted connection, identified by its socket.
final class Connection: Sendable {
  let descriptor: Int32
  /// True if the client is on this machine.
  let isLocal: Bool
  /// True if the client is a trusted reverse proxy.
  let comesFromProxy: Bool
  /// True if the connection limit was already reached. Such a connection only receives an error response.
  let isSurplus: Bool

  private struct State {
    var pace: ConnectionPace
    var exchange: Exchange?
    var wasSilent = false
    /// Number of bytes that had been read from the socket when the last part of a chunked body arrived.
    var readMark: UInt64?
  }

  /// Size in bytes from which a chunk head counts as endless. libmicrohttpd immediately reports the bytes that it
  /// reads, except those of a chunk head. It collects the chunk head in the connection's memory.
  private static let longestChunkHead: UInt64 = 16 << 10

  private let state: Mutex<State>

  init(
    descriptor: Int32, pace: ConnectionPace, isSurplus: Bool, proxies: TrustedProxies
  ) {
    self.descriptor = descriptor
    self.isSurplus = isSurplus
    let address = PeerAddress(of: descriptor)
    isLocal = address?.isLoopback ?? false
    comesFromProxy = address.map(proxies.contains) ?? false
    state = Mutex(State(pace: pace, exchange: nil))
  }

  /// The current request.
  var exchange: Exchange? { state.withLock(\.exchange) }

  /// True if the connection was cut because no byte was transferred for too long.
  var wasSilent: Bool { state.withLock(\.wasSilent) }

  /// Checks the connection's traffic and deadlines.
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

  /// Records that a request's head or a part of its chunked body was received.
  func markRead() {
    let mark = SocketTraffic(of: descriptor)?.readByteCount
    state.withLock { $0.readMark = mark }
  }

  /// True if so many bytes were read since the last part of the body that a chunk head must be endless.
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

  /// Gives `body` exclusive access to the connection's pace.
  func withPace<Result: Sendable>(_ body: @Sendable (inout ConnectionPace) -> Result) -> Result {
    state.withLock { body(&$0.pace) }
  }
}

/// All open connections. ``sweep(at:)`` finds late connections and clients that have left.
///
/// The table contains a socket exactly while it is open. libmicrohttpd reports the end of a connection before it
/// closes the socket, and ``closed(_:)`` waits for a running sweep. A sweep therefore cannot cut a new socket that
/// has the number of a closed one.
final class Connections: Sendable {
  private struct State {
    var open: [Int32: Connection] = [:]
    var uptime = Duration.zero
    var lastSweep: ContinuousClock.Instant
  }

  private let state: Mutex<State>
  /// Maximum number of open connections that get normal service.
  let limit: Int
  private let deadlines: Deadlines
  private let sweepInterval: Duration
  /// A longer gap between two sweeps means that the process or its machine was suspended. The deadlines of clients do
  /// not include such a gap.
  private let longestGap: Duration

  private let areEncrypted: Bool
  private let proxies: TrustedProxies

  init(
    limit: Int, deadlines: Deadlines, sweepInterval: Duration, areEncrypted: Bool = false,
    proxies: TrustedProxies = TrustedProxies([]), at now: ContinuousClock.Instant = .now
  ) {
    state = Mutex(State(lastSweep: now))
    self.limit = limit
    self.deadlines = deadlines
    self.areEncrypted = areEncrypted
    self.proxies = proxies
    self.sweepInterval = sweepInterval
    longestGap = sweepInterval * 3
  }

  /// Deadline for the head of a request on a surplus connection. It is short, because few surplus connections may be
  /// open.
  private static let surplusTime = Duration.seconds(2)

  /// The server's uptime: the sum of the intervals between sweeps.
  var uptime: Duration { state.withLock(\.uptime) }

  func opened(_ descriptor: Int32) -> Connection {
    state.withLock {
      let isSurplus = $0.open.count >= limit
      var deadlines = deadlines
      if isSurplus { deadlines.head = min(deadlines.head, Self.surplusTime) }
      let connection = Connection(
        descriptor: descriptor, pace: ConnectionPace(deadlines, at: $0.uptime),
        isSurplus: isSurplus, proxies: proxies)
      $0.open[descriptor] = connection
      return connection
    }
  }

  func closed(_ connection: Connection) {
    state.withLock { $0.open[connection.descriptor] = nil }
  }

  /// Cuts late connections, and cancels the handlers of clients that have left.
  ///
  /// - Parameter now: The time of this sweep.
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

  /// Cuts connections whose request is still incomplete.
  func cutIncomplete() {
    cut { $0.withPace(\.isWaitingForClient) }
  }

  /// Cuts connections whose clients read a large response slowly, because other responses need the memory.
  func cutSlowReaders() {
    let uptime = uptime
    cut { $0.withPace { $0.isLongSending(at: uptime) } }
  }

  /// Cuts slow uploads, because other uploads need the space.
  func cutSlowUploads() {
    let uptime = uptime
    cut { $0.withPace { $0.isSlowUpload(at: uptime) } }
  }

  /// Cuts connections that sent an endless chunk head.
  func cutFlooded() {
    cut(where: \.isFlooded)
  }

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
