internal import Synchronization

/// Signals deadlines of all requests.
///
/// A sleeping task for each request would use too much memory: a cancelled sleep leaves its timer
/// in place until its time is over, ten minutes for each of many thousand requests.
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

  /// Largest delay of an alarm.
  private static let tick = Duration.milliseconds(50)

  /// Sets an alarm. `ring` is called once when the time is over, unless the alarm is stopped.
  ///
  /// - Parameter ring: Must not block.
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

  /// Ticks until no alarm is left.
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
