public import Tensors

/// An immutable state of the index at one moment.
public struct SearchSnapshot: Sendable {
  let chunks: [SearchChunk]
  let components: Int
  /// A version number that increases with every change to the index.
  public let version: Int

  /// The number of entries.
  public var count: Int { chunks.reduce(0) { $0 + $1.entries.count } }

  /// Finds the entries with the highest scores. The result is the same as if all scores were computed in double
  /// precision and sorted.
  ///
  /// The filter is applied first. Then approximate scores are computed from rows that are rounded to half their bits.
  /// Their error has a known bound. Scores in double precision are computed only for entries that, within this bound,
  /// may be among the best.
  ///
  /// - Complexity: Reads 2 · components bytes per entry in each chunk with at least one entry that passes the filter.
  public func search(_ query: SearchQuery, on pool: WorkerPool) -> SearchResult {
    precondition(
      query.vector.count == components && query.divisor > 0,
      "A query of \(query.vector.count) components for rows of \(components)")
    let admitted = places(admittedBy: query.filter)
    let scores = products(
      with: Self.scaled(query.vector), .rounded, in: Self.chunks(of: admitted), on: pool)
    let wanted = min(query.offset + query.limit, admitted.count)
    let least = Self.lowest(ofBest: wanted, among: admitted, scores)
    let doubt = 2 * Self.errorBound(components) * Self.longestScaled * 1.001
    var candidates: [Candidate] = []
    for place in admitted where scores[place.chunk][place.index] >= least - doubt {
      let score = exactScore(place, query.vector) / query.divisor
      // Responses contain scores in single precision. A client may copy such a score as the threshold and then expects
      // to find its entry. Scores are therefore compared in single precision.
      if query.threshold.map({ Float(score) >= Float($0) }) ?? true {
        candidates.append(
          Candidate(entry: chunks[place.chunk].entries[place.index], score: score))
      }
    }
    candidates.sort()
    let page = candidates.prefix(wanted).enumerated().dropFirst(query.offset)
    return SearchResult(
      hits: page.map { SearchHit(rank: $0 + 1, entry: $1.entry, score: $1.score) },
      searched: admitted.count)
  }

  /// Returns the product of `vector` with the row of each entry, in single precision. There is one list for each chunk,
  /// in the order of its entries.
  public func products(with vector: [Float], on pool: WorkerPool) -> [[Float]] {
    products(with: vector, .full, in: Array(chunks.indices), on: pool)
  }

  /// Computes the products for the chunks in `wanted`.
  ///
  /// - Returns: One list for each chunk of the snapshot. The lists of other chunks are empty.
  private func products(
    with vector: [Float], _ precision: SplitRows.Precision, in wanted: [Int], on pool: WorkerPool
  ) -> [[Float]] {
    let results = ChunkResults(count: chunks.count)
    pool.run(tasks: wanted.count) { [chunks] task, _ in
      results[wanted[task]] = chunks[wanted[task]].products(with: vector, precision)
    }
    return results.values
  }

  /// Returns the chunks that contain these places, each once. Places in the same chunk must be adjacent.
  private static func chunks(of places: [Place]) -> [Int] {
    var chunks: [Int] = []
    for place in places where place.chunk != chunks.last { chunks.append(place.chunk) }
    return chunks
  }

  private func places(admittedBy filter: SearchFilter) -> [Place] {
    var places: [Place] = []
    places.reserveCapacity(count)
    for (chunk, rows) in chunks.enumerated() {
      for (index, entry) in rows.entries.enumerated()
      where filter.isEmpty || filter.admits(entry) {
        places.append(Place(chunk: chunk, index: index))
      }
    }
    return places
  }

  private func exactScore(_ place: Place, _ vector: [Float]) -> Double {
    zip(chunks[place.chunk].row(place.index), vector).reduce(into: 0.0) { sum, pair in
      sum += Double(pair.0) * Double(pair.1)
    }
  }

  /// Returns an error bound for the product of a rounded row and a vector in single precision, if neither is longer
  /// than 1.
  ///
  /// - Source: Higham, Accuracy and Stability of Numerical Algorithms, section 3.1, with the Cauchy-Schwarz inequality.
  static func errorBound(_ components: Int) -> Float {
    SplitRows.roundingError + 1.01 * Float(components + 8) * 0x1p-24
  }

  /// An upper bound for the length of a vector returned by ``scaled(_:)``.
  private static let longestScaled: Float = 2

  /// Returns the vector multiplied by a power of two, so that its length is between 1 and 2.
  ///
  /// This keeps products and sums within the range of single precision, even for huge or tiny components. The factor
  /// does not affect the order of the products.
  private static func scaled(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(into: 0.0) { $0 += Double($1) * Double($1) }.squareRoot()
    guard length > 0 else { return vector }
    let scale = Double(sign: .plus, exponent: -Int(length.exponent), significand: 1)
    return vector.map { Float(Double($0) * scale) }
  }

  /// Returns the lowest of the `wanted` highest scores.
  private static func lowest(
    ofBest wanted: Int, among places: [Place], _ scores: [[Float]]
  ) -> Float {
    guard wanted > 0 else { return .infinity }
    var best = LowestFirst(capacity: wanted)
    for place in places { best.offer(scores[place.chunk][place.index]) }
    return best.lowest
  }
}

/// The position of a row: its chunk and its index in the chunk.
private struct Place {
  let chunk: Int
  let index: Int
}

private struct Candidate: Comparable {
  let entry: SearchEntry
  let score: Double

  /// Sorts by descending score. Candidates with equal scores are sorted by the bytes of their ids.
  static func < (one: Candidate, other: Candidate) -> Bool {
    guard one.score == other.score else { return one.score > other.score }
    return one.entry.id.utf8.lexicographicallyPrecedes(other.entry.id.utf8)
  }
}
