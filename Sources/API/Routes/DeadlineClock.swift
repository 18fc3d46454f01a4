internal import Synchronization

/// Signals the deadlines of all requests.
///
/// A sleeping task for each request would use too much memory. Swift keeps the timer of a cancelled sleep until the
/// time is over. With the default deadline, each of many thousand requests would occupy memory for ten minutes.
final class DeadlineClock: Sendable {
  private struct Alarm {
    let time: ContinuousClock.Instant
    let ring: @Sendable () -> Void
  }

  private struct State {
    var alarms: [Int: Alarm] = [:]
    var next = 0
    var isTicking = false
  }

  private let state = Mutex(State())

  /// The interval at which alarms are checked. An alarm can be late by this time.
  private static let tick = Duration.milliseconds(50)

  /// Sets an alarm. Calls `ring` once after `allowance`, unless the alarm is stopped earlier.
  ///
  /// - Parameter ring: Called when the time is over. It must not block.
  func set(after allowance: Duration, _ ring: @escaping @Sendable () -> Void) -> Int {
    let (ticket, mustTick) = state.withLock { state in
      state.next += 1
      state.alarms[state.next] = Alarm(time: .now + allowance, ring: ring)
      defer { state.isTicking = true }
      return (state.next, !state.isTicking)
    }
    if mustTick { Task.detached { await self.run() } }
    return ticket
  }

  func stop(_ ticket: Int) { state.withLock { $0.alarms[ticket] = nil } }

  var count: Int { state.withLock(\.alarms.count) }

  /// Checks the alarms at each tick until none is left.
  private func run() async {
    while true {
      let due: [Alarm]? = state.withLock { state in
        guard !state.alarms.isEmpty else {
          state.isTicking = false
          return nil
        }
        let now = ContinuousClock.now
        let due = state.alarms.filter { $0.value.time <= now }
        for ticket in due.keys { state.alarms[ticket] = nil }
        return Array(due.values)
      }
      guard let due else { return }
      for alarm in due { alarm.ring() }
      try? await Task.sleep(for: Self.tick)
    }
  }
}
