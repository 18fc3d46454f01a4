import Synchronization

/// Lets a few exchanges run at a time; the others wait in their order of arrival.
final class ChatTurns: Sendable {
  private struct State {
    var running: Set<ObjectIdentifier> = []
    var waiting: [(id: ObjectIdentifier, start: @Sendable () -> Void)] = []
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: Exchanges that run at a time.
  init(limit: Int) { self.limit = limit }

  /// Calls `start` when `id` has its turn, at once or later from ``leave(_:)`` of another.
  func enter(_ id: ObjectIdentifier, start: @escaping @Sendable () -> Void) {
    let isFree = state.withLock { state in
      guard state.running.count < limit else {
        state.waiting.append((id, start))
        return false
      }
      state.running.insert(id)
      return true
    }
    if isFree { start() }
  }

  /// Passes the turn of `id` on, or removes a waiting `id`; otherwise does nothing.
  func leave(_ id: ObjectIdentifier) {
    let start = state.withLock { state -> (@Sendable () -> Void)? in
      guard state.running.remove(id) != nil else {
        state.waiting.removeAll { $0.id == id }
        return nil
      }
      guard !state.waiting.isEmpty else { return nil }
      let next = state.waiting.removeFirst()
      state.running.insert(next.id)
      return next.start
    }
    start?()
  }
}
