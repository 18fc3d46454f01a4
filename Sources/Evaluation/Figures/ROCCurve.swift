/// A receiver operating characteristic, from (0, 0) to (1, 1), without points on straight lines
/// between other points.
public struct ROCCurve: Sendable, Equatable {
  /// Share of the negatives that score at least as high, ascending.
  public let falsePositiveRates: [Double]
  /// Share of the positives that score at least as high, ascending.
  public let truePositiveRates: [Double]

  /// The curve of all studies of `column`, which has both classes.
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
