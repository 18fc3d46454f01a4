internal import Dispatch
internal import Synchronization

/// One thread that does heavy work, one piece after the other, with a bounded queue before it.
///
/// The thread is neither one of Swift's cooperative ones nor one of the HTTP server's, so that waiting
/// for arithmetic holds up nobody.
final class InferenceLane: Sendable {
  private let capacity: Int
  private let queue = DispatchQueue(label: "brgsa.inference", qos: .userInitiated)
  private let state = Mutex(State())

  private struct State {
    /// Pieces that wait or run.
    var present = 0
    /// Smoothed time of one piece.
    var serviceTime = Duration.seconds(1)
  }

  init(capacity: Int) { self.capacity = capacity }

  /// Refuses if the queue is full: cheap enough to ask before a body is read.
  func requireRoom() throws(InferenceError) {
    try state.withLock { state throws(InferenceError) in
      guard state.present <= capacity else { throw fullError(state) }
    }
  }

  /// Runs `work` when its turn comes.
  ///
  /// - Parameter work: Receives how long it waited and a question to ask now and then: whether the result
  ///   is still wanted.
  /// - Throws: ``InferenceError/queueFull(capacity:retryAfter:)``, ``InferenceError/cancelled``, or what `work` throws.
  func run<Result: Sendable>(
    _ work:
      @escaping @Sendable (_ waited: Duration, _ isCancelled: @escaping @Sendable () -> Bool)
      throws(InferenceError) -> Result
  ) async throws(InferenceError) -> Result {
    try state.withLock { state throws(InferenceError) in
      // One runs, `capacity` wait.
      guard state.present <= capacity else { throw fullError(state) }
      state.present += 1
    }
    let flag = CancellationFlag()
    let start = ContinuousClock.now
    let outcome: Swift.Result<Result, InferenceError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue.async {
          continuation.resume(returning: self.perform(work, since: start, flag))
        }
      }
    } onCancel: {
      flag.raise()
    }
    return try outcome.get()
  }

  private func perform<Result>(
    _ work: (Duration, @escaping @Sendable () -> Bool) throws(InferenceError) -> Result,
    since start: ContinuousClock.Instant, _ flag: CancellationFlag
  ) -> Swift.Result<Result, InferenceError> {
    let begin = ContinuousClock.now
    defer {
      let elapsed = ContinuousClock.now - begin
      state.withLock {
        $0.present -= 1
        $0.serviceTime = ($0.serviceTime * 3 + elapsed) / 4
      }
    }
    do throws(InferenceError) {
      guard !flag.isRaised else { throw .cancelled }
      return .success(try work(begin - start) { flag.isRaised })
    } catch {
      return .failure(error)
    }
  }

  private func fullError(_ state: State) -> InferenceError {
    let wait = state.serviceTime * state.present
    return .queueFull(capacity: capacity, retryAfter: max(Int(wait.components.seconds), 1))
  }
}

/// Whether a piece of work is still wanted.
private final class CancellationFlag: Sendable {
  private let raised = Atomic(false)
  var isRaised: Bool { raised.load(ordering: .relaxed) }
  func raise() { raised.store(true, ordering: .relaxed) }
}
