import Synchronization

/// Since when a server has not responded. All lanes of an engine share it, so that calls wait for an outage once and not
/// one after the other.
final class ServerOutage: Sendable {
  private struct State {
    var start: ContinuousClock.Instant?
    var lastFailure: ContinuousClock.Instant?
    /// Like ``lastFailure``, but also after the outage has ended.
    var lastFailureEver: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  /// Time for which a call waits for the server.
  static let patience = Duration.seconds(5)
  /// Time between two attempts, in microseconds.
  static let pause: UInt32 = 200_000

  /// Records an attempt that found the server unreachable.
  func note(failureAt now: ContinuousClock.Instant = .now) {
    state.withLock { state in
      state.start = state.start ?? now
      state.lastFailure = now
      state.lastFailureEver = now
    }
  }

  /// Records that the server has responded.
  func end() { state.withLock { ($0.start, $0.lastFailure) = (nil, nil) } }

  /// Whether an attempt at `time` or later found the server unreachable.
  func wasNoted(since time: ContinuousClock.Instant) -> Bool {
    state.withLock { $0.lastFailureEver.map { $0 >= time } ?? false }
  }

  /// Whether a call that began at `start` may wait for another attempt.
  func isWorthWaiting(since start: ContinuousClock.Instant) -> Bool {
    let first = state.withLock { $0.start.map { min($0, start) } ?? start }
    return first.duration(to: .now) < Self.patience
  }

  /// Whether another call found the server unreachable while the call that began at `start` waited for its turn.
  func isKnown(since start: ContinuousClock.Instant) -> Bool {
    guard !isWorthWaiting(since: start), let last = state.withLock(\.lastFailure) else {
      return false
    }
    return last >= start
  }
}
