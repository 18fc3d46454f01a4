/// Draws bootstrap samples and measures several of them in parallel.
///
/// Sample `i` depends only on the seed and `i`. So the number of tasks does not change the results.
struct Resampler: Sendable {
  /// The number of independent studies. Each sample draws this many, with replacement.
  private let population: Int
  /// The study of each row; nil if each row is a study of its own.
  private let groups: [Int]?
  /// The number of samples.
  let samples: Int
  let seed: UInt64
  let tasks: Int

  /// Makes a resampler that draws each study with all of its rows.
  ///
  /// - Parameter studies: The study of each row, as a number from 0, and the number of studies.
  init(studies: (groups: [Int], count: Int), samples: Int, seed: UInt64, tasks: Int) {
    population = studies.count
    groups = studies.groups.count == studies.count ? nil : studies.groups
    self.samples = samples
    self.seed = seed
    self.tasks = tasks
  }

  /// The number of samples that one child task measures. It is large enough to be efficient, and
  /// small enough for a fast reaction to cancellation.
  private static let blockSize = 64

  /// Returns how often each row is in sample `index`. Rows of one study occur equally often.
  func counts(sample index: Int) -> [Int] {
    var generator = SplitMix64(seed: seed, sample: index)
    var counts = [Int](repeating: 0, count: population)
    for _ in 0..<population { counts[generator.next(below: population)] += 1 }
    return groups?.map { counts[$0] } ?? counts
  }

  /// Returns the result of `measure` for each sample, in the samples' order.
  ///
  /// - Throws: `CancellationError`, as soon as the running tasks have measured their samples.
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
