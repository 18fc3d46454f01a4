internal import Synchronization

/// Runs work once for several concurrent callers, who all get the same result.
///
/// A cancelled caller returns at once. The work is cancelled when no caller waits for it any more.
final class SingleFlight<Value: Sendable>: Sendable {
  typealias Outcome = Result<Value, any Error>

  private struct Flight {
    /// The number of the first caller. It distinguishes this work from later work with the same key.
    let starter: Int
    let task: Task<Void, Never>
    var waiting: [Int: CheckedContinuation<Outcome, Never>] = [:]
  }

  private struct State {
    var flights: [String: Flight] = [:]
    var next = 0
    /// Numbers of callers that were cancelled before they started to wait.
    var gone: Set<Int> = []
  }

  private let state = Mutex(State())

  /// Runs `work` and returns its result. If work with the same `key` is already running, waits for that result instead.
  ///
  /// - Throws: ``InferenceError/cancelled``, or the errors of `work`.
  func run(
    _ key: String, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let visitor = state.withLock { state in
      state.next += 1
      return state.next
    }
    let outcome: Outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        wait(visitor, for: key, continuation, work)
      }
    } onCancel: {
      leave(visitor, key)
    }
    state.withLock { _ = $0.gone.remove(visitor) }
    return try outcome.get()
  }

  /// Number of callers that wait for the work with this `key`.
  func waiting(for key: String) -> Int { state.withLock { $0.flights[key]?.waiting.count ?? 0 } }

  private func wait(
    _ visitor: Int, for key: String, _ continuation: CheckedContinuation<Outcome, Never>,
    _ work: @escaping @Sendable () async throws -> Value
  ) {
    let isGone = state.withLock { state in
      if state.gone.remove(visitor) != nil { return true }
      if state.flights[key] == nil {
        let task = Task { [weak self] in
          let outcome = await Self.outcome(of: work)
          self?.finish(key, visitor, outcome)
        }
        state.flights[key] = Flight(starter: visitor, task: task)
      }
      state.flights[key]?.waiting[visitor] = continuation
      return false
    }
    if isGone { continuation.resume(returning: .failure(InferenceError.cancelled)) }
  }

  private func leave(_ visitor: Int, _ key: String) {
    let continuation = state.withLock { state in
      guard let continuation = state.flights[key]?.waiting.removeValue(forKey: visitor) else {
        // The caller is not waiting yet, or it already has its result. Caller numbers are never reused.
        state.gone.insert(visitor)
        return nil as CheckedContinuation<Outcome, Never>?
      }
      if let flight = state.flights[key], flight.waiting.isEmpty {
        // A new caller must not join cancelled work.
        state.flights[key] = nil
        flight.task.cancel()
      }
      return continuation
    }
    continuation?.resume(returning: .failure(InferenceError.cancelled))
  }

  private func finish(_ key: String, _ starter: Int, _ outcome: Outcome) {
    let waiting = state.withLock { state in
      guard state.flights[key]?.starter == starter else { return [Flight]() }
      return [state.flights.removeValue(forKey: key)].compactMap(\.self)
    }
    for continuation in waiting.flatMap(\.waiting.values) {
      continuation.resume(returning: outcome)
    }
  }

  private static func outcome(
    of work: @Sendable () async throws -> Value
  ) async -> Outcome {
    do {
      return .success(try await work())
    } catch {
      return .failure(error)
    }
  }
}
