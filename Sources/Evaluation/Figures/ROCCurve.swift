/// A receiver operating characteristic (ROC) curve from (0, 0) to (1, 1).
///
/// Points on a straight line between their neighbours are omitted.
public struct ROCCurve: Sendable, Equatable {
  /// The x of each point, ascending: the fraction of negatives that are predicted positive at the point's threshold.
  public let falsePositiveRates: [Double]
  /// The y of each point, ascending: the fraction of positives that are predicted positive at the point's threshold.
  public let truePositiveRates: [Double]

  /// Makes the curve from all studies in `column`, which must contain both classes.
  init(_ column: RankedColumn) {
    var corners = [(x: 0, y: 0)]
    var (x, y) = (0, 0)
    for place in column.order.indices {
      if column.isPositive[place] { y += 1 } else { x += 1 }
      guard column.endsTie[place] else { continue }
      if corners.count > 1 {
        let (last, before) = (corners[corners.count - 1], corners[corners.count - 2])
        let isStraight = (last.x - before.x) * (y - last.y) == (last.y - before.y) * (x - last.x)
        if isStraight { corners.removeLast() }
      }
      corners.append((x, y))
    }
    falsePositiveRates = corners.map { Double($0.x) / Double(max(x, 1)) }
    truePositiveRates = corners.map { Double($0.y) / Double(max(y, 1)) }
  }
}
