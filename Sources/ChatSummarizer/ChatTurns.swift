import Synchronization

/// Limits the number of concurrent exchanges. Further exchanges wait in order of arrival.
final class ChatTurns: Sendable {
  private struct State {
    var running: Set<ObjectIdentifier> = []
    var waiting: [(id: ObjectIdentifier, start: @Sendable () -> Void)] = []
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: The maximum number of concurrent exchanges.
  init(limit: Int) { self.limit = limit }

  /// Calls `start` when the exchange `id` may run: now, or when another exchange calls ``leave(_:)``.
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

  /// Ends the turn of the exchange `id` and starts the next one in the queue. If `id` itself is still in the queue,
  /// only removes it. Does nothing for an unknown `id`.
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
