/// The unit to which the positions of a series were rounded. It is found from the digits of the positions.
///
/// Some scanners round positions to tenths of a millimetre, and others to whole millimetres. Slices with a spacing of
/// 0.625 mm then appear to be 0.6 or 0.7 mm apart, or 0 or 1 mm.
struct PositionRounding: Sendable, Equatable {
  /// Unit of rounding along the normal, in millimetres; 0 if positions were not rounded.
  let along: Double
  /// Unit of rounding across the normal, in millimetres; 0 if positions were not rounded.
  let across: Double

  /// No rounding.
  static let none = PositionRounding(along: 0, across: 0)

  private static let units = [1, 0.5, 0.1, 0.01]
  /// Accepted difference of a coordinate from a whole number of units, as a fraction of one unit.
  private static let slack = 1e-4
  /// Minimum cosine between an axis and the normal. The rounding of other axes has no effect along the normal.
  private static let smallestCosine = 1e-3
  /// Minimum share of the rarer step if all steps are zero and one unit long, or one and two units long.
  private static let clearShare = 0.2
  /// Minimum share of the rarer step if, in addition, the image numbers have no gap.
  private static let leastShare = 0.05

  private init(along: Double, across: Double) {
    (self.along, self.across) = (along, across)
  }

  /// Finds the units of rounding.
  ///
  /// - Parameters:
  ///   - positions: Positions of all images, in millimetres.
  ///   - normal: The common normal of all images.
  init(_ positions: [Vector], normal: Vector) {
    let units = [\Vector.x, \Vector.y, \Vector.z].map { axis in
      Self.unit(of: positions.map { $0[keyPath: axis] })
    }
    let cosines = [normal.x, normal.y, normal.z].map(abs)
    along = zip(units, cosines).reduce(0) {
      $1.1 < Self.smallestCosine ? $0 : $0 + $1.0 * $1.1
    }
    across =
      zip(units, cosines).map { $0 * max(1 - $1 * $1, 0).squareRoot() }.max() ?? 0
  }

  /// Returns the largest unit that divides all differences between values. Returns 0 if all values are equal or no
  /// unit fits. Differences are used because an offset may have been added after rounding.
  private static func unit(of values: [Double]) -> Double {
    guard let first = values.first, values.contains(where: { $0 != first }) else { return 0 }
    return units.first { unit in
      values.allSatisfy { value in
        let count = (value - first) / unit
        return abs(count - count.rounded()) < slack
      }
    } ?? 0
  }

  /// True if the positions can result from rounding the positions of a regular stack.
  ///
  /// - Parameters:
  ///   - places: Positions along the normal in ascending order, in millimetres.
  ///   - numbers: Image numbers in the same order; nil if an image has no number.
  func explains(_ places: [Double], numbers: [Int]?) -> Bool {
    guard along > 0, places.count > 2, let first = places.first, let last = places.last else {
      return false
    }
    let (step, spread) = Self.regularStep(places, around: (last - first) / Double(places.count - 1))
    guard step >= along / 2, spread <= along * (1 + Self.slack) else { return false }
    let units = step / along
    let share = abs(units - units.rounded())
    // If all steps of a regular stack are whole units, rounding does not change them.
    if spread >= along * (1 - Self.slack), share < Self.slack { return false }
    // If the usual step is one unit, a step of two units may be a gap, and a step of zero may be a repeated image.
    guard units < 2 else { return true }
    let isCounted = numbers.map(Self.isCounted) ?? false
    if share >= Self.clearShare { return units >= 1 || isCounted }
    return share >= Self.leastShare && isCounted
  }

  /// True if the numbers change by the same amount from each image to the next.
  private static func isCounted(_ numbers: [Int]) -> Bool {
    let steps = zip(numbers.dropFirst(), numbers).map { $0.subtractingReportingOverflow($1) }
    guard let first = steps.first else { return false }
    return first.partialValue != 0
      && steps.allSatisfy { !$0.overflow && $0.partialValue == first.partialValue }
  }

  /// Finds the regular stack that is nearest to the positions. Returns its step and the range of the differences from
  /// its positions.
  private static func regularStep(
    _ places: [Double], around mean: Double
  ) -> (step: Double, spread: Double) {
    func spread(_ step: Double) -> Double {
      var (least, most) = (Double.infinity, -Double.infinity)
      for (index, place) in places.enumerated() {
        let rest = place - Double(index) * step
        least = min(least, rest)
        most = max(most, rest)
      }
      return most - least
    }
    // The spread is a convex function of the step, so a ternary search finds its minimum.
    var (low, high) = (mean / 2, mean * 2)
    for _ in 0..<100 {
      let third = (high - low) / 3
      if spread(low + third) <= spread(high - third) { high -= third } else { low += third }
    }
    let step = (low + high) / 2
    return (step, spread(step))
  }
}
