import Dispatch
import Glibc
import Synchronization

/// Tracks how long a server has not responded. All lanes of an engine share this object.
///
/// A call waits for the server for at most ``patience``. When the outage itself has lasted that long, calls fail at
/// once, and only this object tries to reach the server.
final class ServerOutage: Sendable {
  private struct State {
    /// The time of the first failure; nil if the server responded last.
    var start: ContinuousClock.Instant?
    /// The time of the last failure. It is not cleared when the outage ends.
    var lastFailure: ContinuousClock.Instant?
    var isProbing = false
    var isClosed = false
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "brgsa.postgres.outage")
  private let reachServer: @Sendable () throws -> Void

  /// Maximum time for which a call waits for the server.
  static let patience = Duration.seconds(5)
  /// Pause between two attempts, in microseconds.
  static let pause: UInt32 = 200_000

  /// - Parameter reachServer: Connects to the server. Throws if that is impossible.
  init(reachServer: @escaping @Sendable () throws -> Void) { self.reachServer = reachServer }

  /// Records an attempt that found the server unreachable.
  func note() {
    let startsProbing = state.withLock { state in
      state.start = state.start ?? .now
      state.lastFailure = .now
      guard !state.isProbing, !state.isClosed else { return false }
      state.isProbing = true
      return true
    }
    if startsProbing { queue.async { self.probe() } }
  }

  /// Records that the server has responded.
  func end() { state.withLock { $0.start = nil } }

  /// Stops the attempts to reach the server.
  func close() { state.withLock { $0.isClosed = true } }

  /// Returns whether an attempt at `time` or later found the server unreachable.
  func wasNoted(since time: ContinuousClock.Instant) -> Bool {
    state.withLock { $0.lastFailure.map { $0 >= time } ?? false }
  }

  /// Returns whether a call that started at `start` may try to reach the server, or try again.
  func isWorthTrying(since start: ContinuousClock.Instant) -> Bool {
    guard let first = state.withLock(\.start) else { return true }
    return min(first, start).duration(to: .now) < Self.patience
  }

  /// Tries to reach the server until it responds.
  private func probe() {
    while true {
      usleep(Self.pause)
      let isNeeded = state.withLock { state in
        state.isProbing = state.start != nil && !state.isClosed
        return state.isProbing
      }
      guard isNeeded else { return }
      if (try? reachServer()) != nil { end() }
    }
  }
}
