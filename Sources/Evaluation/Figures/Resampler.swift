/// Draws bootstrap samples and evaluates several of them in parallel.
///
/// Sample `i` depends only on the seed and on `i`. The number of tasks therefore does not affect the results.
struct Resampler: Sendable {
  /// The number of independent studies. Each sample draws this many studies with replacement.
  private let population: Int
  /// The study number of each row; nil if each row is an independent study.
  private let groups: [Int]?
  /// The number of samples.
  let samples: Int
  let seed: UInt64
  let tasks: Int

  /// Makes a resampler that draws all rows of a study together.
  ///
  /// - Parameter studies: The study number of each row, from 0, and the number of studies.
  init(studies: (groups: [Int], count: Int), samples: Int, seed: UInt64, tasks: Int) {
    population = studies.count
    groups = studies.groups.count == studies.count ? nil : studies.groups
    self.samples = samples
    self.seed = seed
    self.tasks = tasks
  }

  /// The number of samples that one child task evaluates. It is large enough for little overhead, and small enough for
  /// a fast response to cancellation.
  private static let blockSize = 64

  /// Returns how often each row occurs in sample `index`. Rows of the same study occur equally often.
  func counts(sample index: Int) -> [Int] {
    var generator = SplitMix64(seed: seed, sample: index)
    var counts = [Int](repeating: 0, count: population)
    for _ in 0..<population { counts[generator.next(below: population)] += 1 }
    return groups?.map { counts[$0] } ?? counts
  }

  /// Calls `measure` for each sample and returns the results in the order of the samples.
  ///
  /// - Throws: `CancellationError`, after the running tasks have finished their blocks.
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
