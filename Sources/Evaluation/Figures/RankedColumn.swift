/// One label's studies, best score first. They are sorted once, then measured in one pass for any
/// sample.
///
/// A sample is a count for each study: a study drawn twice weighs two. Samples need no sorting.
/// again.
struct RankedColumn: Sendable {
  /// Studies with a known label, by descending score.
  let order: [Int]
  /// Truth in the same order.
  let isPositive: [Bool]
  /// Whether the next score differs or is missing.
  let endsTie: [Bool]
  /// Scores in the same order.
  let scores: [Double]

  /// - Parameter scores: A finite value for each study, like `truths`.
  init(scores: [Double], truths: [Bool?]) {
    let known = truths.indices.filter { truths[$0] != nil }
    // Equal scores stay in the order of the studies, so that equal input gives equal bits.
    order = known.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
    isPositive = order.map { truths[$0] == true }
    let sorted = order.map { scores[$0] }
    self.scores = sorted
    endsTie = sorted.indices.map { $0 + 1 == sorted.count || sorted[$0 + 1] != sorted[$0] }
  }

  /// Number of positive studies, each counted once.
  var positives: Int { isPositive.count { $0 } }

  /// The areas of a sample, and its confusion if the first `cut` studies are predicted positive.
  ///
  /// - Parameter counts: Number of times that each study (not each entry of the order) is in the
  ///   sample.
  /// - Returns: nil if the sample has only one class.
  /// - Complexity: linear in the studies.
  /// - Source: scikit-learn's definitions. With whole counts the ROC area is exact except for one
  ///   division.
  func measure(counts: [Int], cut: Int) -> MetricRow<Double>? {
    var (positives, negatives) = (0, 0)
    var (positivesBefore, negativesBefore) = (0, 0)
    var twiceArea = 0
    var precisionSum = 0.0
    var confusion = Confusion()
    for place in order.indices {
      if place == cut {
        (confusion.truePositives, confusion.falsePositives) = (positives, negatives)
      }
      let count = counts[order[place]]
      if isPositive[place] { positives += count } else { negatives += count }
      guard endsTie[place] else { continue }
      twiceArea += (negatives - negativesBefore) * (positives + positivesBefore)
      if positives > positivesBefore {
        let precision = Double(positives) / Double(positives + negatives)
        precisionSum += Double(positives - positivesBefore) * precision
      }
      (positivesBefore, negativesBefore) = (positives, negatives)
    }
    guard positives > 0, negatives > 0 else { return nil }
    if cut >= order.count {
      (confusion.truePositives, confusion.falsePositives) = (positives, negatives)
    }
    confusion.falseNegatives = positives - confusion.truePositives
    confusion.trueNegatives = negatives - confusion.falsePositives
    let auroc = Double(twiceArea) / (2 * Double(positives) * Double(negatives))
    return MetricRow { metric in
      switch metric {
      case .auroc: auroc
      case .auprc: precisionSum / Double(positives)
      case .f1: confusion.weightedF1
      case .accuracy: confusion.accuracy
      case .precision: confusion.precision
      case .recall: confusion.recall
      }
    }
  }
}
