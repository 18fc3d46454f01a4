/// What is looked for.
public struct SearchQuery: Sendable, Equatable {
  /// `[components]`: what rows are multiplied with.
  public let vector: [Float]
  /// What the products are divided by: for example the length of ``vector``.
  public let divisor: Double
  /// Which entries may be found; asked before the best are looked for, so that it never shortens the answer.
  public var filter = SearchFilter()
  /// The lowest score that is wanted; nil for any.
  public var threshold: Double?
  /// Best entries to leave out, for paging.
  public var offset = 0
  /// Most entries to return.
  public var limit = 10

  /// Looks for the entries with the highest row · `vector` / `divisor`; `divisor` is above zero.
  public init(vector: [Float], divisor: Double) {
    self.vector = vector
    self.divisor = divisor
  }
}

/// An entry that was found.
public struct SearchHit: Sendable, Equatable {
  /// From 1, over all pages.
  public let rank: Int
  /// The entry.
  public let entry: SearchEntry
  /// row · vector / divisor, summed in double precision.
  public let score: Double
}

/// What a search found.
public struct SearchResult: Sendable, Equatable {
  /// Best first; equal scores in the order of their ids' bytes.
  public let hits: [SearchHit]
  /// Entries that passed the filter.
  public let searched: Int
}
