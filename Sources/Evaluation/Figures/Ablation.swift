/// The metrics of each score component, computed on the same studies and labels.
public struct Ablation: Sendable, Equatable {
  /// The labels that could be evaluated with every component.
  public let labels: [String]
  /// One row for each available component, in the order of ``ScoreComponent``.
  public let rows: [AblationRow]
}

/// The metrics of one score component.
public struct AblationRow: Sendable, Equatable {
  /// The component.
  public let component: ScoreComponent
  /// The mean AUROC over the ablation's labels.
  public let auroc: Double
  /// The mean AUPRC over the ablation's labels.
  public let auprc: Double
  /// The AUROC of each of the ablation's labels.
  public let labelAUROCs: [Double]
}

extension Ablation {
  /// Computes the ablation; returns nil if the cohort has only one component or no label could be evaluated with all
  /// components.
  init?(_ cohort: EvaluationCohort, notes: inout [EvaluationNote]) {
    let components = ScoreComponent.allCases.filter { cohort.scores[$0] != nil }
    guard components.count > 1 else { return nil }
    var names: [String] = []
    var measured: [[MetricRow<Double>]] = []
    let everyStudyOnce = [Int](repeating: 1, count: cohort.studies.count)
    for (label, name) in cohort.labels.enumerated() {
      guard (try? cohort.column(label, component: .mean).get()) != nil else { continue }
      var row: [MetricRow<Double>] = []
      for component in components {
        guard case .success(let column) = cohort.column(label, component: component),
          let metrics = column.measure(counts: everyStudyOnce, cut: 0)
        else {
          notes.append(.notInAblation(name, component))
          break
        }
        row.append(metrics)
      }
      guard row.count == components.count else { continue }
      names.append(name)
      measured.append(row)
    }
    guard !names.isEmpty else { return nil }
    labels = names
    rows = components.indices.map { index in
      let metrics = measured.map { $0[index] }
      let count = Double(metrics.count)
      return AblationRow(
        component: components[index], auroc: metrics.reduce(0) { $0 + $1.auroc } / count,
        auprc: metrics.reduce(0) { $0 + $1.auprc } / count, labelAUROCs: metrics.map(\.auroc))
    }
  }
}
