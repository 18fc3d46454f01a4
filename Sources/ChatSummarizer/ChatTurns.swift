import Synchronization

/// Limits how many exchanges run at the same time. The others wait in the order of their arrival.
final class ChatTurns: Sendable {
  private struct State {
    var running: Set<ObjectIdentifier> = []
    var waiting: [(id: ObjectIdentifier, start: @Sendable () -> Void)] = []
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: The number of exchanges that may run at the same time.
  init(limit: Int) { self.limit = limit }

  /// Calls `start` when the exchange `id` may run: immediately, or later when another exchange calls ``leave(_:)``.
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

  /// Ends the turn of the exchange `id`, and starts the next waiting exchange. If `id` itself is
  /// waiting, removes it from the queue. Otherwise does nothing.
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
