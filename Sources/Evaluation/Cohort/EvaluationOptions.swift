/// Options of an evaluation.
public struct EvaluationOptions: Sendable, Equatable {
  /// The number of bootstrap samples. With 0 samples the figures have no intervals.
  public let samples: Int
  /// The seed of the random numbers. Equal seeds give equal intervals.
  public let seed: UInt64
  /// The number of parallel tasks. It affects only the time, not the figures.
  public let tasks: Int
  /// The boundaries between common, medium and rare labels.
  public let groups: PrevalenceGroups

  /// The number of samples that the paper's authors use.
  public static let defaultSamples = 5000
  /// Allowed numbers of samples.
  public static let allowedSamples = 0...100_000
  /// Allowed numbers of parallel tasks.
  public static let allowedTasks = 1...1024

  /// Checks and stores the options.
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
