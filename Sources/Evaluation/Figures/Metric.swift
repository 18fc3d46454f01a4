/// A metric that is computed for each label.
public enum Metric: String, Sendable, CaseIterable {
  /// The area under the ROC curve. A tie counts as one half. Equals scikit-learn's `roc_auc_score`.
  case auroc
  /// The average precision: a sum over distinct scores, without interpolation. Equals scikit-learn's
  /// `average_precision_score`.
  case auprc
  /// The F1 of both classes at the threshold, averaged with the class sizes as weights. Equals scikit-learn's
  /// `f1_score(average="weighted")`.
  case f1
  /// The fraction of correct predictions at the threshold.
  case accuracy
  /// The fraction of true positives among the predicted positives; 0 if no study is predicted positive.
  case precision
  /// The fraction of all positives that are predicted positive.
  case recall

  /// The metric's name in tables.
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
  /// The area under the ROC curve.
  public let auroc: Value
  /// The average precision.
  public let auprc: Value
  /// The weighted F1.
  public let f1: Value
  /// The fraction of correct predictions.
  public let accuracy: Value
  /// The precision, or positive predictive value.
  public let precision: Value
  /// The recall, or sensitivity.
  public let recall: Value

  /// Makes a row from the value that `make` returns for each metric.
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
  /// Computes the unweighted means of `rows`; nil if `rows` is empty.
  init?(meanOf rows: [MetricRow<Double>]) {
    guard !rows.isEmpty else { return nil }
    self.init { metric in rows.reduce(0) { $0 + $1[metric] } / Double(rows.count) }
  }
}
