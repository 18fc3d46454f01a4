/// A score threshold and its rates on the studies that it was chosen from.
public struct OperatingPoint: Sendable, Equatable {
  /// A study is predicted positive if its score is greater than this threshold. An equal score is predicted negative.
  public let threshold: Double
  /// The fraction of negatives that are predicted positive.
  public let falsePositiveRate: Double
  /// The fraction of positives that are predicted positive.
  public let truePositiveRate: Double
}

extension RankedColumn {
  /// Chooses a threshold by the authors' method. Returns it with the number of studies above it; nil if a class is
  /// missing.
  ///
  /// Each score that occurs is a candidate. A study is predicted positive if its score is greater than the candidate.
  /// At the largest score no study is therefore predicted positive, and no candidate predicts every study positive. The
  /// method chooses the candidate with the smallest distance √((1 − TPR)² + FPR²), where TPR and FPR are the true and
  /// false positive rates. Among equal distances it chooses the largest candidate.
  ///
  /// scikit-learn's `roc_curve(drop_intermediate=False)` predicts "score ≥ threshold" instead. Omit the last point of
  /// its curve and take the point with the smallest distance. The candidate chosen here is the next lower threshold
  /// after that point.
  ///
  /// - Source: `find_ours_threshold` in the authors' bootstrap_evaluation. The distance is computed with the same
  ///   sequence of operations, because rounding breaks ties between mathematically equal distances.
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
