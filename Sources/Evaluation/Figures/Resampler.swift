/// Draws bootstrap samples and measures several at a time.
///
/// Sample `i` depends only on the seed and `i`, so results are the same for any number of tasks.
struct Resampler: Sendable {
  /// Number of independent studies.
  private let population: Int
  /// The study of each row; nil if each row is one.
  private let groups: [Int]?
  /// Number of samples, each with as many studies as the population, drawn with replacement.
  let samples: Int
  let seed: UInt64
  let tasks: Int

  /// Draws studies, each with all of its rows.
  ///
  /// - Parameter studies: The study of each row, from 0, and the number of studies.
  init(studies: (groups: [Int], count: Int), samples: Int, seed: UInt64, tasks: Int) {
    population = studies.count
    groups = studies.groups.count == studies.count ? nil : studies.groups
    self.samples = samples
    self.seed = seed
    self.tasks = tasks
  }

  /// Samples of one child task: enough to be efficient, few enough to stop soon.
  private static let blockSize = 64

  /// Number of times that each row is in sample `index`. Rows of one study occur equally often.
  func counts(sample index: Int) -> [Int] {
    var generator = SplitMix64(seed: seed, sample: index)
    var counts = [Int](repeating: 0, count: population)
    for _ in 0..<population { counts[generator.next(below: population)] += 1 }
    return groups?.map { counts[$0] } ?? counts
  }

  /// The results of `measure` for all samples, in order.
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
