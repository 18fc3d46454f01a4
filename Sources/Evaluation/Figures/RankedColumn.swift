/// One label's studies, best score first: sorted once, then measured for any sample of the studies
/// in one pass.
///
/// A sample is a count for each study, so a study drawn twice weighs two; no sample is sorted
/// again.
struct RankedColumn: Sendable {
  /// Studies whose label is known, by falling score.
  let order: [Int]
  /// Truth in the same order.
  let isPositive: [Bool]
  /// Whether the next score in the order is another one (or there is none).
  let endsTie: [Bool]
  /// Scores in the same order.
  let scores: [Double]

  /// `scores` and `truths`: a value for each study, all scores finite.
  init(scores: [Double], truths: [Bool?]) {
    let known = truths.indices.filter { truths[$0] != nil }
    // Equal scores stay in the order of the studies, so that equal input gives equal bits.
    order = known.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
    isPositive = order.map { truths[$0] == true }
    let sorted = order.map { scores[$0] }
    self.scores = sorted
    endsTie = sorted.indices.map { $0 + 1 == sorted.count || sorted[$0 + 1] != sorted[$0] }
  }

  /// Truly positive studies, each counted once.
  var positives: Int { isPositive.count { $0 } }

  /// Both areas of a sample, and its predictions if the first `cut` of the order are predicted
  /// positive.
  ///
  /// - Parameter counts: How often each study (not each entry of the order) is in the sample.
  /// - Returns: nil if the sample holds one class only.
  /// - Complexity: linear in the studies.
  /// - Source: scikit-learn's definitions; with whole counts the ROC area is exact but for one
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
