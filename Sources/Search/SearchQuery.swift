/// A query of the index.
public struct SearchQuery: Sendable, Equatable {
  /// `[components]`: the vector that rows are multiplied with.
  public let vector: [Float]
  /// The divisor of the products, for example the length of ``vector``.
  public let divisor: Double
  /// Which entries may be found. It applies before ranking, so it never shortens the result.
  public var filter = SearchFilter()
  /// The lowest score to return; nil for all.
  public var threshold: Double?
  /// Best entries to leave out, for paging.
  public var offset = 0
  /// Most entries to return.
  public var limit = 10

  /// Searches for the entries with the highest row · `vector` / `divisor`; `divisor` is above zero.
  public init(vector: [Float], divisor: Double) {
    self.vector = vector
    self.divisor = divisor
  }
}

/// A search result's entry.
public struct SearchHit: Sendable, Equatable {
  /// From 1, over all pages.
  public let rank: Int
  /// The entry.
  public let entry: SearchEntry
  /// row · vector / divisor, summed in double precision.
  public let score: Double
}

/// The result of a search.
public struct SearchResult: Sendable, Equatable {
  /// Best first; equal scores in the order of their ids' bytes.
  public let hits: [SearchHit]
  /// Entries that passed the filter.
  public let searched: Int
}
