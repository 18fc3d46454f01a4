internal import Synchronization

/// Admits one task at a time. Other tasks wait in order of arrival, up to a limit.
///
/// Use this for tasks with several steps that wait in other queues. At most one such task then occupies those queues.
final class WaitingLine: Sendable {
  private struct Waiter {
    let ticket: Int
    /// The continuation of the waiting task; nil until the task waits.
    var continuation: CheckedContinuation<Bool, Never>?
  }

  private struct State {
    var isBusy = false
    var waiters: [Waiter] = []
    /// Tickets of tasks that were admitted before their continuation was set.
    var admitted: Set<Int> = []
    var next = 0
    /// Smoothed duration of one task.
    var serviceTime = Duration.seconds(1)
  }

  /// The queue's name in metrics.
  private let name: String
  private let capacity: Int
  private let state = Mutex(State())

  init(_ name: String, capacity: Int) {
    self.name = name
    self.capacity = capacity
  }

  /// How full the queue is now.
  var use: QueueUse {
    let depth = state.withLock { $0.waiters.count + ($0.isBusy ? 1 : 0) }
    return QueueUse(lane: name, depth: depth, capacity: capacity)
  }

  /// Waits for its turn, then runs `work`.
  ///
  /// - Throws: ``InferenceError/queueFull(capacity:retryAfter:)``, ``InferenceError/cancelled``, or
  ///   the errors of `work`.
  func run<Result: Sendable>(
    _ work: () async throws -> Result
  ) async throws -> Result {
    try await enter()
    let start = ContinuousClock.now
    defer { leave(after: ContinuousClock.now - start) }
    return try await work()
  }

  private func enter() async throws {
    let ticket = try state.withLock { state -> Int? in
      guard state.isBusy else {
        state.isBusy = true
        return nil
      }
      guard state.waiters.count < capacity else { throw refusal(state) }
      state.next += 1
      state.waiters.append(Waiter(ticket: state.next, continuation: nil))
      return state.next
    }
    guard let ticket else { return }
    let isInside = await withTaskCancellationHandler {
      await withCheckedContinuation { wait(with: ticket, $0) }
    } onCancel: {
      giveUp(ticket)
    }
    guard isInside else { throw InferenceError.cancelled }
  }

  private func wait(with ticket: Int, _ continuation: CheckedContinuation<Bool, Never>) {
    let outcome = state.withLock { state -> Bool? in
      guard let place = state.waiters.firstIndex(where: { $0.ticket == ticket }) else {
        // The task was already admitted or cancelled.
        return state.admitted.remove(ticket) != nil
      }
      state.waiters[place].continuation = continuation
      return nil
    }
    if let outcome { continuation.resume(returning: outcome) }
  }

  private func giveUp(_ ticket: Int) {
    let waiter = state.withLock { state -> Waiter? in
      guard let place = state.waiters.firstIndex(where: { $0.ticket == ticket }) else { return nil }
      return state.waiters.remove(at: place)
    }
    waiter?.continuation?.resume(returning: false)
  }

  private func leave(after time: Duration) {
    let next = state.withLock { state -> Waiter? in
      state.serviceTime = (state.serviceTime * 3 + time) / 4
      guard !state.waiters.isEmpty else {
        state.isBusy = false
        return nil
      }
      let next = state.waiters.removeFirst()
      if next.continuation == nil { state.admitted.insert(next.ticket) }
      return next
    }
    next?.continuation?.resume(returning: true)
  }

  /// Counts the refusal in the metrics and returns the error to throw.
  private func refusal(_ state: State) -> InferenceError {
    Instruments.refused(in: name)
    let wait = state.serviceTime * (state.waiters.count + 1)
    return .queueFull(
      capacity: capacity, retryAfter: max(Int(clamping: wait.components.seconds), 1))
  }
}
