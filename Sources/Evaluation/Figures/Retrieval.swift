/// The rank of each report's own volume among all volumes, sorted by their score against the
/// report.
public struct RetrievalRanks: Sendable, Equatable {
  /// A rank for each report, from 1 (best).
  public let ranks: [Int]
  /// Number of ranked volumes.
  public let gallery: Int
  /// The name of each report's volume; nil if reports are independent of each other.
  let studies: [String]?

  /// Stores ranks that were computed one report at a time by ``rank(of:in:report:)``.
  ///
  /// - Parameter studies: The name of each report's volume, so that reports of one study are drawn together.
  /// - Throws: ``EvaluationError/emptyRetrieval``,
  ///   ``EvaluationError/retrievalTruths(found:expected:)``,
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

  /// The rank of volume `truth` in one report's row of scores: 1 + the number of other volumes with
  /// at least this score.
  ///
  /// Ties count against the model: one that gives all volumes the same score finds nothing.
  ///
  /// - Parameter report: The row's number in errors.
  /// - Throws: ``EvaluationError/retrievalTruth(report:found:gallery:)``,
  ///   ``EvaluationError/retrievalScore(report:)``.
  public static func rank(
    of truth: Int, in scores: [Double], report: Int = 0
  ) throws(EvaluationError) -> Int {
    guard scores.indices.contains(truth) else {
      throw .retrievalTruth(report: report, found: truth, gallery: scores.count)
    }
    guard scores.allSatisfy(\.isFinite) else { throw .retrievalScore(report: report) }
    // The volume itself is counted, which gives the 1.
    return scores.count { $0 >= scores[truth] }
  }
}

/// Report → volume retrieval, with intervals over samples of the reports; the gallery is always
/// complete.
public struct RetrievalResult: Sendable, Equatable {
  /// Number of reports.
  public let reports: Int
  /// Number of volumes.
  public let gallery: Int
  /// Recall@k by ascending k, without any k larger than the gallery.
  public let recalls: [RetrievalRecall]
  /// The median rank; the mean of both middle ones for an even number of reports.
  public let medianRank: Estimate

  /// The values of k in the paper's table, and 1.
  public static let depths = [1, 5, 10, 50, 100]
}

/// The share of reports whose own volume is among the first ``depth``.
public struct RetrievalRecall: Sendable, Equatable {
  /// k.
  public let depth: Int
  /// The share.
  public let recall: Estimate
}

extension RetrievalResult {
  /// Resamples the reports according to ``EvaluationOptions``.
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

  /// The median of ascending values, each occurring `count` times.
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
