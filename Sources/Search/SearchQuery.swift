/// A query to the search index.
public struct SearchQuery: Sendable, Equatable {
  /// The vector that is multiplied with each row, `[components]`.
  public let vector: [Float]
  /// The number that divides the products, for example the length of ``vector``.
  public let divisor: Double
  /// Which entries may be returned. The filter applies before ranking, so the result has ``limit`` entries if enough
  /// entries pass.
  public var filter = SearchFilter()
  /// The lowest score to return; nil for no limit.
  public var threshold: Double?
  /// The number of top-ranked entries to skip, for paging.
  public var offset = 0
  /// The maximum number of entries to return.
  public var limit = 10

  /// Makes a query for the entries with the highest score row · `vector` / `divisor`. `divisor` must be greater than 0.
  public init(vector: [Float], divisor: Double) {
    self.vector = vector
    self.divisor = divisor
  }
}

/// An entry that a search found.
public struct SearchHit: Sendable, Equatable {
  /// The rank among all results, from 1. Ranks continue across pages.
  public let rank: Int
  /// The entry.
  public let entry: SearchEntry
  /// The score row · vector / divisor, computed in double precision.
  public let score: Double
}

/// The result of a search.
public struct SearchResult: Sendable, Equatable {
  /// The entries found, highest score first. Entries with equal scores are sorted by the bytes of their ids.
  public let hits: [SearchHit]
  /// The number of entries that passed the filter.
  public let searched: Int
}
