/// Ranks the labels of each study by z-scores, because scores of different labels have different scales.
///
/// For each label, z = (score − mean) / (sd + 1e-8). The mean and the population standard deviation (sd) are taken over
/// all studies in the sample, even those in which the label is unknown. A label is not ranked in studies in which it is
/// unknown. Labels with equal z-scores stay in order.
///
/// - Source: `strict_recall_at_k` and `precision_at_k` in the authors' bootstrap_evaluation, which assumes that no
///   label is missing.
struct StudyRanking: Sendable {
  /// The scores, `[labels][studies]`. All are finite.
  let columns: [[Double]]
  /// The truth, `[labels][studies]`; nil if it is unknown.
  let truths: [[Bool?]]

  /// The k in Precision@k. If there are fewer labels, ``depth`` is used instead.
  static let precisionDepth = 3
  /// Added to each standard deviation, so that z is finite even if all scores of a label are equal.
  static let deviationFloor = 1e-8

  /// The number of labels in Precision@3: 3, or the number of labels if there are fewer.
  var depth: Int { min(Self.precisionDepth, columns.count) }

  /// Returns the three metrics of a sample. A metric is nil if no study in the sample contributes to it.
  ///
  /// - Parameter counts: How often each study occurs in the sample.
  func measure(counts: [Int]) -> StudyRankingValues {
    let scales = columns.map { ColumnScale($0, counts: counts) }
    var tally = RankingTally()
    for study in counts.indices where counts[study] > 0 {
      tally.add(ranked(study, scales: scales), depth: depth, times: counts[study])
    }
    return tally.values
  }

  /// Ranks the labels of one study. Returns its numbers of known and positive labels, and how many of the best labels
  /// are positive.
  private func ranked(_ study: Int, scales: [ColumnScale]) -> RankedStudy {
    var result = RankedStudy()
    var best: [(z: Double, isPositive: Bool)] = []
    best.reserveCapacity(depth + 1)
    for (label, column) in columns.enumerated() {
      guard let isPositive = truths[label][study] else { continue }
      result.known += 1
      if isPositive { result.positives += 1 }
      let z = (column[study] - scales[label].mean) / scales[label].divisor
      let place = best.firstIndex { z > $0.z } ?? best.count
      guard place < depth else { continue }
      best.insert((z, isPositive), at: place)
      if best.count > depth { best.removeLast() }
    }
    result.isFirstPositive = best.first?.isPositive ?? false
    result.hits = best.count { $0.isPositive }
    return result
  }
}

/// The metrics that ``StudyRanking`` computes for one sample.
struct StudyRankingValues: Sendable, Equatable {
  var strictRecallAt1: Double?
  var hitAt1: Double?
  var precisionAt3: Double?
}

/// What one study contributes to the sums.
private struct RankedStudy {
  var known = 0
  var positives = 0
  var hits = 0
  var isFirstPositive = false
}

/// The mean and the divisor that convert one label's scores in a sample to z-scores.
private struct ColumnScale {
  let mean: Double
  let divisor: Double

  init(_ column: [Double], counts: [Int]) {
    var (sum, total) = (0.0, 0)
    for (value, count) in zip(column, counts) {
      sum += value * Double(count)
      total += count
    }
    let mean = sum / Double(max(total, 1))
    var squares = 0.0
    for (value, count) in zip(column, counts) {
      squares += (value - mean) * (value - mean) * Double(count)
    }
    self.mean = mean
    divisor = (squares / Double(max(total, 1))).squareRoot() + StudyRanking.deviationFloor
  }
}

/// Sums over the studies in a sample.
private struct RankingTally {
  private var withPositives = 0
  private var firstHits = 0
  private var recalls = 0.0
  private var withEnoughLabels = 0
  private var precisionHits = 0
  private var depth = 1

  mutating func add(_ study: RankedStudy, depth: Int, times: Int) {
    self.depth = max(depth, 1)
    if study.positives > 0 {
      withPositives += times
      if study.isFirstPositive {
        firstHits += times
        recalls += Double(times) / Double(study.positives)
      }
    }
    if depth > 0, study.known >= depth {
      withEnoughLabels += times
      precisionHits += times * study.hits
    }
  }

  var values: StudyRankingValues {
    var values = StudyRankingValues()
    if withPositives > 0 {
      values.strictRecallAt1 = recalls / Double(withPositives)
      values.hitAt1 = Double(firstHits) / Double(withPositives)
    }
    if withEnoughLabels > 0 {
      values.precisionAt3 = Double(precisionHits) / Double(withEnoughLabels * depth)
    }
    return values
  }
}
