extension EvaluationReport {
  /// The results as a CSV table with one row for each label. The columns are the counts, the threshold, each metric
  /// with its lower and upper bound, and the reason if the label was not evaluated.
  ///
  /// Metrics and the prevalence are fractions from 0 to 1 with full precision. A missing value is an empty field.
  public var csv: String {
    let header =
      ["label", "studies", "positives", "prevalence", "threshold"]
      + Metric.allCases.flatMap { [$0.rawValue, "\($0.rawValue)_lower", "\($0.rawValue)_upper"] }
      + ["skipped_samples", "reason"]
    return ([header] + labels.map(Self.fields)).map(CSVTable.line).joined()
  }

  private static func fields(_ label: LabelResult) -> [String] {
    let evaluation = label.evaluation
    let metrics = Metric.allCases.flatMap { metric -> [String] in
      let estimate = evaluation?.metrics[metric]
      return [
        number(estimate?.value), number(estimate?.interval?.lower),
        number(estimate?.interval?.upper),
      ]
    }
    return [
      label.name, String(label.studies), String(label.positives), number(label.prevalence),
      number(evaluation?.threshold),
    ] + metrics + [evaluation.map { String($0.skippedSamples) } ?? "", label.gap?.message ?? ""]
  }

  private static func number(_ value: Double?) -> String { value.map(\.description) ?? "" }
}
