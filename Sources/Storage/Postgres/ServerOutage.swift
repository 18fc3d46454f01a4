import Synchronization

/// Tracks how long a server has not responded. All lanes of an engine share this object, so that queued calls wait for
/// an outage once and not one after another.
final class ServerOutage: Sendable {
  private struct State {
    var start: ContinuousClock.Instant?
    var lastFailure: ContinuousClock.Instant?
    /// The time of the last failure. Unlike ``lastFailure``, it is not cleared when the outage ends.
    var lastFailureEver: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  /// Maximum time for which a call waits for the server.
  static let patience = Duration.seconds(5)
  /// Pause between two attempts, in microseconds.
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

  /// Returns whether a call that started at `start` may wait for another attempt.
  func isWorthWaiting(since start: ContinuousClock.Instant) -> Bool {
    let first = state.withLock { $0.start.map { min($0, start) } ?? start }
    return first.duration(to: .now) < Self.patience
  }

  /// Returns whether another call found the server unreachable while the call that started at `start` was queued.
  func isKnown(since start: ContinuousClock.Instant) -> Bool {
    guard !isWorthWaiting(since: start), let last = state.withLock(\.lastFailure) else {
      return false
    }
    return last >= start
  }
}
