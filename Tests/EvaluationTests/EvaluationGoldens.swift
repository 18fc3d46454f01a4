import Evaluation
import StrictJSON
import TestSupport

/// A cohort of evaluation-goldens.json and what scikit-learn says about it.
struct GoldenCohort {
  let name: String
  let seed: UInt64
  let samples: Int
  let scores: [[Double]]
  let truth: [[Bool?]]
  let golden: JSONObject

  /// Rounding of sums in another order; the issue demands no more.
  static let tolerance = 1e-9

  static let all: [GoldenCohort] = {
    let cases = (try? Fixtures.cases("evaluation-goldens.json")) ?? []
    return cases.compactMap { GoldenCohort($0) }
  }()

  private init?(_ golden: JSONObject) {
    guard let name = golden["name"]?.text, let seed = golden["seed"]?.text.flatMap(UInt64.init),
      let samples = golden["samples"]?.number, let scores = golden["scores"]?.array,
      let truth = golden["truth"]?.array
    else { return nil }
    self.name = name
    self.seed = seed
    self.samples = Int(samples)
    self.scores = scores.map { $0.numbers ?? [] }
    self.truth = truth.map { column in (column.array ?? []).map { $0.number.map { $0 == 1 } } }
    self.golden = golden
  }

  func cohort() throws -> EvaluationCohort {
    try Cohorts.cohort(scores: scores, truth: truth)
  }

  func report(tasks: Int = 2) async throws -> EvaluationReport {
    try await EvaluationReport(
      cohort: cohort(),
      options: EvaluationOptions(samples: samples, seed: seed, tasks: tasks))
  }

  /// What the golden file says about each label.
  var labels: [JSONObject] { (golden["labels"]?.array ?? []).compactMap(\.object) }
}

/// Cohorts made of columns: studies s0, s1, … and labels l0, l1, …
enum Cohorts {
  static func cohort(
    scores: [[Double?]], truth: [[Bool?]], components: [ScoreComponent: [[Double?]]] = [:]
  ) throws -> EvaluationCohort {
    let studies = (0..<(truth.first?.count ?? 0)).map { "s\($0)" }
    let labels = truth.indices.map { "l\($0)" }
    return try EvaluationCohort(
      scores: ScoreTable(studies: studies, labels: labels, columns: scores),
      labels: LabelTable(studies: studies, labels: labels, columns: truth),
      components: components.mapValues {
        try ScoreTable(studies: studies, labels: labels, columns: $0)
      })
  }

  /// A report without bootstrap.
  static func report(
    scores: [[Double?]], truth: [[Bool?]], components: [ScoreComponent: [[Double?]]] = [:]
  ) async throws -> EvaluationReport {
    try await EvaluationReport(
      cohort: cohort(scores: scores, truth: truth, components: components),
      options: EvaluationOptions(samples: 0))
  }

  /// One label from a string of 0, 1 and spaces (missing).
  static func truth(_ text: String) -> [Bool?] {
    text.map { $0 == "1" ? true : $0 == "0" ? false : nil }
  }
}

/// Whether both are nil or closer than the tolerance.
func agree(_ found: Double?, _ expected: Double?) -> Bool {
  guard let found, let expected else { return found == nil && expected == nil }
  return abs(found - expected) <= GoldenCohort.tolerance
}

/// Whether an interval is that of the golden file: two numbers or null.
func agree(_ found: Interval?, _ expected: JSON?) -> Bool {
  guard let found, let bounds = expected?.numbers else { return found == nil && expected == .null }
  return bounds.count == 2 && agree(found.lower, bounds[0]) && agree(found.upper, bounds[1])
}
