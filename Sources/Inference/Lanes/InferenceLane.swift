internal import Dispatch
internal import Synchronization

/// Runs heavy work on one thread, one item at a time. Waiting items are held in a bounded queue.
///
/// The thread belongs neither to Swift's cooperative pool nor to the HTTP server, so long computations block neither of
/// them.
package final class InferenceLane: Sendable {
  /// The queue's name in metrics.
  private let name: String
  private let capacity: Int
  private let queue = DispatchQueue(label: "brgsa.inference", qos: .userInitiated)
  private let state = Mutex(State())

  private struct State {
    /// Number of work items that wait or run.
    var present = 0
    /// Smoothed duration of one work item.
    var serviceTime = Duration.seconds(1)

    var expectedWait: Duration { serviceTime * present }
  }

  package init(_ name: String = "other", capacity: Int) {
    self.name = name
    self.capacity = capacity
  }

  /// How full the queue is now.
  var use: QueueUse {
    QueueUse(lane: name, depth: state.withLock(\.present), capacity: capacity)
  }

  /// Smoothed duration of one work item.
  var serviceTime: Duration { state.withLock(\.serviceTime) }

  /// Expected time until a new work item starts. Estimated from the duration of recent items.
  var expectedWait: Duration { state.withLock(\.expectedWait) }

  /// Reserves a place in the queue for work that arrives later. This is cheap enough to call before a request's body is
  /// read.
  ///
  /// - Parameter allowance: Longest acceptable wait; nil for no limit.
  /// - Throws: ``InferenceError/queueFull(capacity:retryAfter:)`` if the queue is full or the expected wait is longer
  ///   than `allowance`.
  func takePlace(within allowance: Duration? = nil) throws(InferenceError) -> Place {
    try count(upTo: capacity, within: allowance)
    return Place { [weak self] in self?.state.withLock { $0.present -= 1 } }
  }

  /// Adds one work item to the count. One item may run while up to `limit` items wait.
  private func count(upTo limit: Int, within allowance: Duration? = nil) throws(InferenceError) {
    let refused = state.withLock { state -> State? in
      let isInTime = allowance.map { state.expectedWait <= $0 } ?? true
      guard state.present <= limit, isInTime else { return state }
      state.present += 1
      return nil
    }
    if let refused { throw refusal(refused) }
  }

  /// Waits for its turn, then runs `work` on this lane's thread.
  ///
  /// Work that is cancelled before its turn leaves the queue at once. Work that is cancelled while it runs must detect
  /// the cancellation itself.
  ///
  /// - Parameters:
  ///   - place: A place reserved earlier; nil to take one now.
  ///   - work: The work to run. Its first argument is the time that it waited in the queue. Its second argument is a
  ///     function that returns true after a cancellation. The work must call this function regularly.
  /// - Throws: ``InferenceError/queueFull(capacity:retryAfter:)``, ``InferenceError/cancelled``, or the errors of
  ///   `work`.
  package func run<Result: Sendable>(
    in place: Place? = nil, _ work: @escaping InferencePiece<Result>.Work
  ) async throws -> Result {
    if place?.use() != true { try count(upTo: place == nil ? capacity : .max) }
    let piece = InferencePiece(work)
    let outcome: Swift.Result<Result, any Error> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        piece.wait(with: continuation)
        // The task may have been cancelled before its continuation was set.
        if Task.isCancelled { cancel(piece) }
        queue.async { self.perform(piece) }
      }
    } onCancel: {
      self.cancel(piece)
    }
    return try outcome.get()
  }

  private func perform<Result>(_ piece: InferencePiece<Result>) {
    guard let start = piece.begin() else { return }
    Instruments.began(in: name, after: start.waited)
    let begin = ContinuousClock.now
    let outcome = start.run()
    let elapsed = ContinuousClock.now - begin
    state.withLock {
      $0.present -= 1
      $0.serviceTime = ($0.serviceTime * 3 + elapsed) / 4
    }
    start.continuation.resume(returning: outcome)
  }

  private func cancel<Result>(_ piece: InferencePiece<Result>) {
    guard let continuation = piece.cancel() else { return }
    state.withLock { $0.present -= 1 }
    continuation.resume(returning: .failure(InferenceError.cancelled))
  }

  /// Counts the refusal in the metrics and returns the error to throw.
  private func refusal(_ state: State) -> InferenceError {
    Instruments.refused(in: name)
    return .queueFull(
      capacity: capacity, retryAfter: max(Int(state.expectedWait.components.seconds), 1))
  }
}
