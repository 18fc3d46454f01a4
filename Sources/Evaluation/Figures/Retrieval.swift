/// The rank of each report's own volume among all volumes.
///
/// The list of all volumes is called the gallery. The volumes are ranked by their scores against the report.
public struct RetrievalRanks: Sendable, Equatable {
  /// The rank of each report's own volume. Rank 1 is the best.
  public let ranks: [Int]
  /// The number of volumes in the gallery.
  public let gallery: Int
  /// The study that each report belongs to; nil if all reports are independent.
  let studies: [String]?

  /// Stores ranks that were computed with ``rank(of:in:report:)``, one report at a time.
  ///
  /// - Parameter studies: The study that each report belongs to, so that the bootstrap draws the reports of a study
  ///   together. Nil if all reports are independent.
  /// - Throws: ``EvaluationError/emptyRetrieval``, ``EvaluationError/retrievalTruths(found:expected:)``,
  ///   ``EvaluationError/retrievalTruth(report:found:gallery:)``.
  public init(
    ranks: [Int], gallery: Int, studies: [String]? = nil
  ) throws(EvaluationError) {
    if let studies, studies.count != ranks.count {
      throw .retrievalTruths(found: studies.count, expected: ranks.count)
    }
    guard !ranks.isEmpty, gallery > 0 else { throw .emptyRetrieval }
    for (report, rank) in ranks.enumerated() where rank < 1 || rank > gallery {
      throw .retrievalTruth(report: report, found: rank, gallery: gallery)
    }
    self.ranks = ranks
    self.gallery = gallery
    self.studies = studies
  }

  /// Returns the rank of volume `truth` by the scores of one report: 1 plus the number of other volumes that score at
  /// least as high.
  ///
  /// Ties count against the model: a model that gives all volumes the same score gets the worst rank.
  ///
  /// - Parameter report: The report's index, for error messages.
  /// - Throws: ``EvaluationError/retrievalTruth(report:found:gallery:)``, ``EvaluationError/retrievalScore(report:)``.
  public static func rank(
    of truth: Int, in scores: [Double], report: Int = 0
  ) throws(EvaluationError) -> Int {
    guard scores.indices.contains(truth) else {
      throw .retrievalTruth(report: report, found: truth, gallery: scores.count)
    }
    guard scores.allSatisfy(\.isFinite) else { throw .retrievalScore(report: report) }
    // This count includes the volume itself, so 1 need not be added.
    return scores.count { $0 >= scores[truth] }
  }
}

/// Retrieval metrics: how well reports find their own volumes.
///
/// Intervals come from samples of the reports. Every sample uses the complete gallery.
public struct RetrievalResult: Sendable, Equatable {
  /// The number of reports.
  public let reports: Int
  /// The number of volumes in the gallery.
  public let gallery: Int
  /// Recall@k by ascending k. Values of k larger than the gallery are omitted.
  public let recalls: [RetrievalRecall]
  /// The median rank. For an even number of reports, the mean of the two middle ranks.
  public let medianRank: Estimate

  /// The values of k: 1 and the values in the paper's table.
  public static let depths = [1, 5, 10, 50, 100]
}

/// Recall@k: the fraction of reports whose own volume ranks among the first k.
public struct RetrievalRecall: Sendable, Equatable {
  /// The number k.
  public let depth: Int
  /// The fraction, from 0 to 1.
  public let recall: Estimate
}

extension RetrievalResult {
  /// Computes the metrics, and their intervals from samples of the reports.
  init(
    _ ranks: RetrievalRanks, grouping: StudyGrouping, options: EvaluationOptions
  ) async throws {
    let depths = Self.depths.filter { $0 <= ranks.gallery }
    let byRank = ranks.ranks.indices.sorted { ranks.ranks[$0] < ranks.ranks[$1] }
    let measure = { @Sendable (counts: [Int]) -> (recalls: [Double], median: Double) in
      let total = counts.reduce(0, +)
      let recalls = depths.map { depth in
        byRank.prefix { ranks.ranks[$0] <= depth }.reduce(0) { $0 + counts[$1] }
      }
      let median = Self.median(byRank.map { (value: ranks.ranks[$0], count: counts[$0]) })
      return (recalls.map { Double($0) / Double(total) }, median)
    }
    let studies =
      ranks.studies.map(grouping.numbered) ?? (Array(ranks.ranks.indices), ranks.ranks.count)
    let resampler = Resampler(
      studies: studies, samples: options.samples, seed: options.seed, tasks: options.tasks)
    let samples = try await resampler.map(measure)
    let full = measure([Int](repeating: 1, count: ranks.ranks.count))
    reports = ranks.ranks.count
    gallery = ranks.gallery
    recalls = depths.indices.map { index in
      RetrievalRecall(
        depth: depths[index],
        recall: Estimate(value: full.recalls[index], sampled: samples.map { $0.recalls[index] }))
    }
    medianRank = Estimate(value: full.median, sampled: samples.map(\.median))
  }

  /// Returns the median of values in ascending order, where each value occurs `count` times.
  private static func median(_ values: [(value: Int, count: Int)]) -> Double {
    let total = values.reduce(0) { $0 + $1.count }
    let (lowerPlace, upperPlace) = ((total - 1) / 2, total / 2)
    var (seen, lower) = (0, 0)
    for (value, count) in values where count > 0 {
      if seen <= lowerPlace { lower = value }
      seen += count
      if seen > upperPlace { return Double(lower + value) / 2 }
    }
    return Double(lower)
  }
}
