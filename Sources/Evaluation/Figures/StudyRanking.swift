/// Ranks labels within each study by z-scores, because columns of scores differ in scale.
///
/// z = (score − mean) / (sd + 1e-8) for each label, with mean and population sd over all studies of
/// the sample, including those with an unknown label. A label whose truth is missing in a study is
/// not a candidate there. Labels with equal z-scores stay in order.
///
/// - Source: `strict_recall_at_k` and `precision_at_k` in the authors' bootstrap_evaluation, which
///   has no missing labels.
struct StudyRanking: Sendable {
  /// `[labels][studies]`, finite.
  let columns: [[Double]]
  /// `[labels][studies]`; nil is missing.
  let truths: [[Bool?]]

  /// k of Precision@k; fewer if there are fewer labels.
  static let precisionDepth = 3
  /// Keeps z finite in a column that is constant.
  static let deviationFloor = 1e-8

  /// Number of a study's labels that Precision@3 uses: 3, or all labels if they are fewer.
  var depth: Int { min(Self.precisionDepth, columns.count) }

  /// The three values of a sample; each is nil if no study of the sample has it.
  ///
  /// - Parameter counts: Number of times that each study is in the sample.
  func measure(counts: [Int]) -> StudyRankingValues {
    let scales = columns.map { ColumnScale($0, counts: counts) }
    var tally = RankingTally()
    for study in counts.indices where counts[study] > 0 {
      tally.add(ranked(study, scales: scales), depth: depth, times: counts[study])
    }
    return tally.values
  }

  /// The truth of the study's best labels, best first, and the numbers of positive and known
  /// labels.
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

/// Values of ``StudyRanking`` for one sample.
struct StudyRankingValues: Sendable, Equatable {
  var strictRecallAt1: Double?
  var hitAt1: Double?
  var precisionAt3: Double?
}

/// One study's best labels.
private struct RankedStudy {
  var known = 0
  var positives = 0
  var hits = 0
  var isFirstPositive = false
}

/// Mean and divisor of one column in a sample.
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
