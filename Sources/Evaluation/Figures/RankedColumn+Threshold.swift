/// A threshold for scores, with its rates on the studies from which it was chosen.
public struct OperatingPoint: Sendable, Equatable {
  /// A study is predicted positive if its score is greater than this. An equal score is negative.
  public let threshold: Double
  /// The fraction of the negatives that are predicted positive.
  public let falsePositiveRate: Double
  /// The fraction of the positives that are predicted positive.
  public let truePositiveRate: Double
}

extension RankedColumn {
  /// Returns the threshold that the authors' method chooses, and the number of studies above it;
  /// nil if a class is missing.
  ///
  /// The candidates are the scores that occur. A study is predicted positive if its score is greater than the
  /// candidate. So the largest score predicts no study positive, and no candidate predicts every study positive. The
  /// method chooses the candidate with the smallest distance √((1 − TPR)² + FPR²), where TPR and FPR are the true and
  /// false positive rates. If several have this distance, it chooses the largest of them.
  ///
  /// scikit-learn's `roc_curve(drop_intermediate=False)` predicts "score ≥ threshold" instead. Take
  /// its point with the smallest distance, leaving out the last point. The candidate chosen here is
  /// the next smaller threshold after that point.
  ///
  /// - Source: `find_ours_threshold` in the authors' bootstrap_evaluation. The distance is computed in the same order
  ///   of operations, because rounding decides between distances that are equal in exact arithmetic.
  func operatingPoint() -> (point: OperatingPoint, cut: Int)? {
    let positives = Double(self.positives)
    let negatives = Double(order.count) - positives
    guard positives > 0, negatives > 0 else { return nil }
    var best: (point: OperatingPoint, cut: Int)?
    var bestDistance = Double.infinity
    var (above, falseAbove) = (0, 0)
    var tieStart = 0
    for place in order.indices where endsTie[place] {
      let truePositiveRate = Double(above) / positives
      let falsePositiveRate = Double(falseAbove) / negatives
      let missed = 1 - truePositiveRate
      let distance = (missed * missed + falsePositiveRate * falsePositiveRate).squareRoot()
      if distance < bestDistance {
        bestDistance = distance
        let point = OperatingPoint(
          threshold: scores[place], falsePositiveRate: falsePositiveRate,
          truePositiveRate: truePositiveRate)
        best = (point, tieStart)
      }
      for entry in tieStart...place {
        if isPositive[entry] { above += 1 } else { falseAbove += 1 }
      }
      tieStart = place + 1
    }
    return best
  }
}
