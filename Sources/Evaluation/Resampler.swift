/// Draws bootstrap samples and measures them, several at a time.
///
/// Sample `i` depends on the seed and on `i` only, so results are the same for any number of tasks.
struct Resampler: Sendable {
  /// What is drawn from: studies or reports.
  let population: Int
  /// How many samples are drawn, each as large as the population and with replacement.
  let samples: Int
  let seed: UInt64
  let tasks: Int

  /// Samples of one child task: long enough to be worth it, short enough to stop soon.
  private static let blockSize = 64

  /// How often each member is in sample `index`.
  func counts(sample index: Int) -> [Int] {
    var generator = SplitMix64(seed: seed, sample: index)
    var counts = [Int](repeating: 0, count: population)
    for _ in 0..<population { counts[generator.next(below: population)] += 1 }
    return counts
  }

  /// What `measure` says of each sample, in their order.
  ///
  /// - Throws: `CancellationError`, within a block of samples.
  func map<Value: Sendable>(
    _ measure: @escaping @Sendable ([Int]) -> Value
  ) async throws -> [Value] {
    let starts = Array(stride(from: 0, to: samples, by: Self.blockSize))
    var blocks = [[Value]](repeating: [], count: starts.count)
    try await withThrowingTaskGroup(of: (block: Int, values: [Value]).self) { group in
      for block in starts.indices {
        if block >= tasks, let done = try await group.next() { blocks[done.block] = done.values }
        group.addTask {
          try Task.checkCancellation()
          let end = min(starts[block] + Self.blockSize, samples)
          return (block, (starts[block]..<end).map { measure(counts(sample: $0)) })
        }
      }
      for try await done in group { blocks[done.block] = done.values }
    }
    return blocks.flatMap { $0 }
  }
}
