/// How a cohort is evaluated.
public struct EvaluationOptions: Sendable, Equatable {
  /// Bootstrap samples; 0 leaves all intervals out.
  public let samples: Int
  /// Where the bootstrap's generator starts: equal seeds give equal intervals.
  public let seed: UInt64
  /// Samples computed at the same time; changes nothing but the time.
  public let tasks: Int
  /// Where head, medium and tail begin.
  public let groups: PrevalenceGroups

  /// As many samples as the authors draw.
  public static let defaultSamples = 5000
  /// Samples that may be asked for.
  public static let allowedSamples = 0...100_000
  /// Parallel tasks that may be asked for.
  public static let allowedTasks = 1...1024

  /// Checks and keeps the options.
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
