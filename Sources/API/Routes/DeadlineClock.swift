internal import Synchronization

/// Watches the deadlines of all requests.
///
/// A sleeping task for each request would take too much memory, because Swift keeps the timer of a cancelled sleep
/// until its time is over. With the default deadline, each of many thousand requests would occupy memory for ten
/// minutes.
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

  /// The interval between two checks. An alarm can be late by this much.
  private static let tick = Duration.milliseconds(50)

  /// Sets an alarm that calls `ring` once after `allowance`, unless it is stopped first.
  ///
  /// - Parameter ring: Called when the time is over. It must not block.
  /// - Returns: A number with which the alarm can be stopped.
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

  /// Checks all alarms at every tick until none are left.
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
