/// A score above which a study is predicted positive, with its rates on the studies it was chosen
/// on.
public struct OperatingPoint: Sendable, Equatable {
  /// A study is positive if its score is greater than this, not equal.
  public let threshold: Double
  /// Share of the negatives that are predicted positive.
  public let falsePositiveRate: Double
  /// Share of the positives that are predicted positive.
  public let truePositiveRate: Double
}

extension RankedColumn {
  /// The authors' threshold, and the number of studies above it; nil without both classes.
  ///
  /// Candidates are the scores that occur. A study is positive if its score is greater than the
  /// candidate. So the largest score is a candidate (no study is positive), and "below the smallest
  /// score" (every study is positive) is not. The candidate with the smallest √((1 − TPR)² + FPR²)
  /// wins; of equal ones, the largest. In terms of scikit-learn's
  /// `roc_curve(drop_intermediate=False)`, whose points are "score ≥ threshold", the candidate is
  /// the next smaller threshold of the point with the least distance, without the last point.
  ///
  /// - Source: `find_ours_threshold` in the authors' bootstrap_evaluation; the distance is computed
  ///   in the same order of operations, because rounding decides between distances that are equal
  ///   on paper.
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
