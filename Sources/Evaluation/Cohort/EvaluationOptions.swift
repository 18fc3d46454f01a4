/// Options of an evaluation.
public struct EvaluationOptions: Sendable, Equatable {
  /// The number of bootstrap samples. If this is 0, no intervals are computed.
  public let samples: Int
  /// The seed of the random number generator. Equal seeds give equal intervals.
  public let seed: UInt64
  /// The number of parallel tasks. It affects only the running time, not the results.
  public let tasks: Int
  /// The prevalence boundaries between common, medium and rare labels.
  public let groups: PrevalenceGroups

  /// The number of samples in the authors' evaluation.
  public static let defaultSamples = 5000
  /// The allowed numbers of samples.
  public static let allowedSamples = 0...100_000
  /// The allowed numbers of parallel tasks.
  public static let allowedTasks = 1...1024

  /// Makes options after checking their ranges.
  ///
  /// - Throws: ``EvaluationError/optionOutOfRange(_:found:allowed:)``.
  public init(
    samples: Int = defaultSamples, seed: UInt64 = 0, tasks: Int = 2,
    groups: PrevalenceGroups = .standard
  ) throws(EvaluationError) {
    try Self.check(.samples, samples, Self.allowedSamples)
    try Self.check(.tasks, tasks, Self.allowedTasks)
    self.samples = samples
    self.seed = seed
    self.tasks = tasks
    self.groups = groups
  }

  private static func check(
    _ option: EvaluationError.Option, _ value: Int, _ allowed: ClosedRange<Int>
  ) throws(EvaluationError) {
    guard allowed.contains(value) else {
      throw .optionOutOfRange(
        option, found: Double(value),
        allowed: Double(allowed.lowerBound)...Double(allowed.upperBound))
    }
  }
}
