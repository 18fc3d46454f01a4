internal import Synchronization

/// One piece of work on its way through the lane: it waits, then runs or is given up, and is answered once.
final class InferencePiece<Result: Sendable>: Sendable {
  typealias Outcome = Swift.Result<Result, any Error>
  typealias Work =
    @Sendable (_ waited: Duration, _ isCancelled: @escaping @Sendable () -> Bool)
    throws -> Result
  typealias Continuation = CheckedContinuation<Outcome, Never>

  /// Work whose turn has come.
  struct Start {
    let waited: Duration
    let run: () -> Outcome
    let continuation: Continuation
  }

  private struct State {
    /// Nil once it has begun or was given up, so that what it holds is free.
    var work: Work?
    var continuation: Continuation?
    var isCancelled = false
  }

  private let state: Mutex<State>
  private let created = ContinuousClock.now

  init(_ work: @escaping Work) { state = Mutex(State(work: work)) }

  /// The task now waits for the outcome.
  func wait(with continuation: Continuation) {
    state.withLock { $0.continuation = continuation }
  }

  /// The turn has come; nil if the piece was given up.
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

  /// The outcome is not wanted any more.
  ///
  /// - Returns: Whom to tell, if the piece had not begun.
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
