/// Ranks the labels of each study by z-scores, because the scores of different labels differ in scale.
///
/// For each label, z = (score − mean) / (sd + 1e-8). The mean and the population standard deviation (sd) are over all
/// studies of the sample, including those in which the label is unknown. In a study in which a label is unknown, that
/// label is not ranked. Labels with equal z-scores keep their order.
///
/// - Source: `strict_recall_at_k` and `precision_at_k` in the authors' bootstrap_evaluation, which
///   has no missing labels.
struct StudyRanking: Sendable {
  /// The scores, `[labels][studies]`, all finite.
  let columns: [[Double]]
  /// The truth, `[labels][studies]`; nil marks an unknown label.
  let truths: [[Bool?]]

  /// The k of Precision@k. With fewer labels, ``depth`` is smaller.
  static let precisionDepth = 3
  /// Is added to each standard deviation, so that z stays finite if all scores of a label are equal.
  static let deviationFloor = 1e-8

  /// The number of labels that Precision@3 uses in each study: 3, or all labels if there are fewer.
  var depth: Int { min(Self.precisionDepth, columns.count) }

  /// Returns the three values of a sample. A value is nil if no study of the sample contributes to it.
  ///
  /// - Parameter counts: How often each study is in the sample.
  func measure(counts: [Int]) -> StudyRankingValues {
    let scales = columns.map { ColumnScale($0, counts: counts) }
    var tally = RankingTally()
    for study in counts.indices where counts[study] > 0 {
      tally.add(ranked(study, scales: scales), depth: depth, times: counts[study])
    }
    return tally.values
  }

  /// Ranks the labels of one study. Returns counts of its known and positive labels, and the truth of its best labels.
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

/// The values that ``StudyRanking`` computes for one sample.
struct StudyRankingValues: Sendable, Equatable {
  var strictRecallAt1: Double?
  var hitAt1: Double?
  var precisionAt3: Double?
}

/// What the ranking of one study's labels contributes to the sums.
private struct RankedStudy {
  var known = 0
  var positives = 0
  var hits = 0
  var isFirstPositive = false
}

/// The mean and the divisor that convert the scores of one label to z-scores in a sample.
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

/// Sums over the studies of a sample.
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
