internal import Synchronization

/// A work item in the queue of an ``InferenceLane``. It runs at most once, or it is cancelled.
package final class InferencePiece<Result: Sendable>: Sendable {
  typealias Outcome = Swift.Result<Result, any Error>
  package typealias Work =
    @Sendable (_ waited: Duration, _ isCancelled: @escaping @Sendable () -> Bool)
    throws -> Result
  typealias Continuation = CheckedContinuation<Outcome, Never>

  /// A work item that is ready to run.
  struct Start {
    let waited: Duration
    let run: () -> Outcome
    let continuation: Continuation
  }

  private struct State {
    /// The closure to run. It becomes nil when the item starts or is cancelled, so that its memory is released.
    var work: Work?
    var continuation: Continuation?
    var isCancelled = false
  }

  private let state: Mutex<State>
  private let created = ContinuousClock.now

  init(_ work: @escaping Work) { state = Mutex(State(work: work)) }

  /// Sets the continuation of the waiting task.
  func wait(with continuation: Continuation) {
    state.withLock { $0.continuation = continuation }
  }

  /// Marks the item as started; returns nil if it was cancelled.
  func begin() -> Start? {
    let waited = ContinuousClock.now - created
    return state.withLock { state in
      guard let work = state.work, let continuation = state.continuation else { return nil }
      state.work = nil
      state.continuation = nil
      let run = { [self] () -> Outcome in
        Swift.Result {
          try work(waited) { [self] in self.state.withLock(\.isCancelled) }
        }
      }
      return Start(waited: waited, run: run, continuation: continuation)
    }
  }

  /// Cancels the item.
  ///
  /// - Returns: The continuation to resume; nil if the item had already started.
  func cancel() -> Continuation? {
    state.withLock { state in
      state.isCancelled = true
      defer {
        if state.continuation != nil { state.work = nil }
        state.continuation = nil
      }
      return state.continuation
    }
  }
}
