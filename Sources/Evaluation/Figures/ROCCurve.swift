/// A receiver operating characteristic (ROC) curve from (0, 0) to (1, 1).
///
/// Points that lie on a straight line between two other points are left out.
public struct ROCCurve: Sendable, Equatable {
  /// The x of each point, ascending: the fraction of the negatives that the point's threshold predicts positive.
  public let falsePositiveRates: [Double]
  /// The y of each point, ascending: the fraction of the positives that the point's threshold predicts positive.
  public let truePositiveRates: [Double]

  /// Makes the curve of all studies of `column`, which must contain both classes.
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
