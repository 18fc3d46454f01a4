/// A query for the index.
public struct SearchQuery: Sendable, Equatable {
  /// The vector by which the rows are multiplied, `[components]`.
  public let vector: [Float]
  /// The number by which the products are divided, for example the length of ``vector``.
  public let divisor: Double
  /// Decides which entries may be found. It is applied before the ranking, so the result has
  /// ``limit`` entries if that many pass.
  public var filter = SearchFilter()
  /// The lowest score of entries to return; nil to return entries with any score.
  public var threshold: Double?
  /// The number of best entries to leave out, for paging.
  public var offset = 0
  /// The largest number of entries to return.
  public var limit = 10

  /// Makes a query for the entries with the highest score row · `vector` / `divisor`. `divisor` must be above zero.
  public init(vector: [Float], divisor: Double) {
    self.vector = vector
    self.divisor = divisor
  }
}

/// An entry that a search found.
public struct SearchHit: Sendable, Equatable {
  /// The rank among all results, from 1. It does not start again on each page.
  public let rank: Int
  /// The entry.
  public let entry: SearchEntry
  /// The score row · vector / divisor, summed in double precision.
  public let score: Double
}

/// The result of a search.
public struct SearchResult: Sendable, Equatable {
  /// The entries found, best first. Entries with equal scores are in the order of the bytes of their ids.
  public let hits: [SearchHit]
  /// The number of entries that passed the filter.
  public let searched: Int
}
