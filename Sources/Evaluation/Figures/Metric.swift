/// A measure of each label.
public enum Metric: String, Sendable, CaseIterable {
  /// Area under the ROC curve, ties counted half: scikit-learn's `roc_auc_score`.
  case auroc
  /// Average precision, a sum over distinct scores and no interpolation: scikit-learn's
  /// `average_precision_score`.
  case auprc
  /// F1 of both classes at the threshold, weighted by their numbers:
  /// `f1_score(average="weighted")`.
  case f1
  /// Share of correct predictions at the threshold.
  case accuracy
  /// Share of true positives among predicted positives; 0 if nothing is predicted positive.
  case precision
  /// Share of predicted positives among true positives.
  case recall

  /// Its name in tables for people.
  public var title: String {
    switch self {
    case .auroc: "AUROC"
    case .auprc: "AUPRC"
    case .f1: "F1"
    case .accuracy: "Accuracy"
    case .precision: "Precision"
    case .recall: "Recall"
    }
  }
}

/// One value for each ``Metric``.
public struct MetricRow<Value: Sendable>: Sendable {
  /// Area under the ROC curve.
  public let auroc: Value
  /// Average precision.
  public let auprc: Value
  /// Weighted F1.
  public let f1: Value
  /// Share of correct predictions.
  public let accuracy: Value
  /// Positive predictive value.
  public let precision: Value
  /// Sensitivity.
  public let recall: Value

  /// Calls `make` for each metric's value.
  public init<Failure: Error>(_ make: (Metric) throws(Failure) -> Value) throws(Failure) {
    auroc = try make(.auroc)
    auprc = try make(.auprc)
    f1 = try make(.f1)
    accuracy = try make(.accuracy)
    precision = try make(.precision)
    recall = try make(.recall)
  }

  /// The value of `metric`.
  public subscript(_ metric: Metric) -> Value {
    switch metric {
    case .auroc: auroc
    case .auprc: auprc
    case .f1: f1
    case .accuracy: accuracy
    case .precision: precision
    case .recall: recall
    }
  }
}

extension MetricRow: Equatable where Value: Equatable {}

extension MetricRow where Value == Double {
  /// The plain means of `rows`; nil without rows.
  init?(meanOf rows: [MetricRow<Double>]) {
    guard !rows.isEmpty else { return nil }
    self.init { metric in rows.reduce(0) { $0 + $1[metric] } / Double(rows.count) }
  }
}
