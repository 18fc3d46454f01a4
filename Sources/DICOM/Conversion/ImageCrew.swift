internal import Dispatch
internal import Synchronization

/// Processes the images of one volume on several threads.
enum ImageCrew {
  /// Maximum number of threads. Each thread holds one image in memory, both compressed and decoded.
  private static let threads = 8

  private struct State<Outcome: Sendable>: Sendable {
    var next = 0
    var outcomes: [Outcome?]
    var failure: (place: Int, error: SeriesError)?

    mutating func take() -> Int? {
      guard failure == nil, next < outcomes.count else { return nil }
      defer { next += 1 }
      return next
    }

    mutating func put(_ outcome: Result<Outcome, SeriesError>, at place: Int) {
      switch outcome {
      case .success(let outcome): outcomes[place] = outcome
      case .failure(let error):
        if place < failure?.place ?? .max { failure = (place, error) }
      }
    }
  }

  /// Calls `body` for every item. Uses one thread per processor core, up to a limit.
  ///
  /// - Returns: The results, in the order of the items.
  /// - Throws: The error of the first item that failed. After an error, no further item is started.
  static func map<Item: Sendable, Outcome: Sendable>(
    _ items: [Item], _ body: @Sendable (Item) throws(SeriesError) -> Outcome
  ) throws(SeriesError) -> [Outcome] {
    let state = Mutex(State<Outcome>(outcomes: Array(repeating: nil, count: items.count)))
    DispatchQueue.concurrentPerform(iterations: min(threads, items.count)) { _ in
      while let place = state.withLock({ $0.take() }) {
        let outcome = Result { () throws(SeriesError) in try body(items[place]) }
        state.withLock { $0.put(outcome, at: place) }
      }
    }
    let end = state.withLock { $0 }
    if let failure = end.failure { throw failure.error }
    return end.outcomes.compactMap(\.self)
  }
}
