internal import Synchronization

/// Admits one task at a time. Other tasks wait in order of arrival, up to a limit.
///
/// This is for work of several steps, some of which wait in other queues. At most one such piece of
/// work is then in those queues.
final class WaitingLine: Sendable {
  private struct Waiter {
    let ticket: Int
    /// Nil until the task waits.
    var continuation: CheckedContinuation<Bool, Never>?
  }

  private struct State {
    var isBusy = false
    var waiters: [Waiter] = []
    /// Tasks whose turn came before they started to wait.
    var admitted: Set<Int> = []
    var next = 0
    /// Smoothed time of one task.
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

  /// The current use of the queue.
  var use: QueueUse {
    let depth = state.withLock { $0.waiters.count + ($0.isBusy ? 1 : 0) }
    return QueueUse(lane: name, depth: depth, capacity: capacity)
  }

  /// Runs `work` when its turn comes.
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
        // The task's turn came, or the task was cancelled.
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

  /// Counts the refusal and returns its error.
  private func refusal(_ state: State) -> InferenceError {
    Instruments.refused(in: name)
    let wait = state.serviceTime * (state.waiters.count + 1)
    return .queueFull(
      capacity: capacity, retryAfter: max(Int(clamping: wait.components.seconds), 1))
  }
}
