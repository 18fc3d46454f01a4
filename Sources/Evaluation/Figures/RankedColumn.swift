/// The studies of one label, sorted by descending score. The metrics of any sample can be computed in one pass.
///
/// A sample is represented by a count for each study: a study that was drawn twice has the count 2. The studies are
/// therefore sorted only once, not for each sample.
struct RankedColumn: Sendable {
  /// The indices of the studies with a known label, by descending score.
  let order: [Int]
  /// Whether each study in ``order`` is positive.
  let isPositive: [Bool]
  /// For each study in ``order``: true if the next study has a different score or does not exist.
  let endsTie: [Bool]
  /// The score of each study in ``order``.
  let scores: [Double]

  /// Sorts the studies of one label.
  ///
  /// - Parameters:
  ///   - scores: The score of each study, which must be finite.
  ///   - truths: The truth of each study; nil if it is unknown.
  init(scores: [Double], truths: [Bool?]) {
    let known = truths.indices.filter { truths[$0] != nil }
    // Studies with equal scores stay in order, so that equal inputs give bit-identical results.
    order = known.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
    isPositive = order.map { truths[$0] == true }
    let sorted = order.map { scores[$0] }
    self.scores = sorted
    endsTie = sorted.indices.map { $0 + 1 == sorted.count || sorted[$0 + 1] != sorted[$0] }
  }

  /// The number of positive studies in the cohort.
  var positives: Int { isPositive.count { $0 } }

  /// Returns the metrics of a sample. The first `cut` studies of ``order`` are predicted positive.
  ///
  /// - Parameter counts: How often each study occurs in the sample. Indexed by study, not by position in ``order``.
  /// - Returns: The metrics; nil if the sample contains only one class.
  /// - Complexity: Linear in the number of studies.
  /// - Source: scikit-learn's definitions. All counts are integers, so the area under the ROC curve is rounded only by
  ///   the final division.
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
