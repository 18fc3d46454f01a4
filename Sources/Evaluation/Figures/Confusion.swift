/// A confusion matrix: the number of studies by prediction and truth.
struct Confusion: Equatable {
  var truePositives = 0
  var falsePositives = 0
  var falseNegatives = 0
  var trueNegatives = 0

  private var total: Int { truePositives + falsePositives + falseNegatives + trueNegatives }

  /// Returns 0 for a denominator of 0, like scikit-learn with `zero_division=0`.
  private static func ratio(_ part: Int, _ whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }

  var accuracy: Double { Self.ratio(truePositives + trueNegatives, total) }
  var precision: Double { Self.ratio(truePositives, truePositives + falsePositives) }
  var recall: Double { Self.ratio(truePositives, truePositives + falseNegatives) }

  /// The F1 of both classes, averaged with the true number of studies in each class as weight.
  var weightedF1: Double {
    let mistakes = falsePositives + falseNegatives
    let positive = Self.ratio(2 * truePositives, 2 * truePositives + mistakes)
    let negative = Self.ratio(2 * trueNegatives, 2 * trueNegatives + mistakes)
    let positives = truePositives + falseNegatives
    let negatives = trueNegatives + falsePositives
    guard total > 0 else { return 0 }
    return (Double(positives) * positive + Double(negatives) * negative) / Double(total)
  }
}
