package import Embeddings
package import Search
internal import Synchronization
package import Tensors

/// Caches the sorted scores of all stored volumes for recent prompts. A change of the volumes empties the cache.
package final class ScoreColumns: Sendable {
  /// Maximum number of scores in memory: 64 MiB.
  static let capacity = 16 << 20

  private struct State {
    var version = -1
    var columns: [[[Int32]]: [Float]] = [:]
    var count = 0
  }

  private let state = Mutex(State())

  /// Returns the share of the volumes that score lower than `row`, from 0 to 1; nil without volumes.
  package func share(
    below row: [Float], of query: ScoreQuery, _ snapshot: SearchSnapshot, on pool: WorkerPool
  ) -> Double? {
    let column = column(of: query, snapshot, on: pool)
    guard !column.isEmpty else { return nil }
    // Use the same kernel as for the other rows, so that a volume never scores below itself.
    let own = SearchIndex.product(of: row, with: query.vector, on: pool)
    return Double(Self.count(in: column, below: own)) / Double(column.count)
  }

  private func column(
    of query: ScoreQuery, _ snapshot: SearchSnapshot, on pool: WorkerPool
  ) -> [Float] {
    let known = state.withLock { $0.version == snapshot.version ? $0.columns[query.tokens] : nil }
    if let known { return known }
    let column = snapshot.products(with: query.vector, on: pool).joined().sorted()
    state.withLock { state in
      if state.version != snapshot.version || state.count + column.count > Self.capacity {
        state = State(version: snapshot.version)
      }
      state.columns[query.tokens] = column
      state.count += column.count
    }
    return column
  }

  /// Returns the number of sorted numbers below `limit`.
  private static func count(in column: [Float], below limit: Float) -> Int {
    var range = column.indices
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      if column[middle] < limit {
        range = middle + 1..<range.upperBound
      } else {
        range = range.lowerBound..<middle
      }
    }
    return range.lowerBound
  }
}

/// A vector whose product with a search row is a prompt's score.
package struct ScoreQuery: Sendable {
  /// The encoded tokens of the prompt's texts.
  let tokens: [[Int32]]
  /// The mean of t/|t| over the embeddings t of the texts, `[C]`.
  let vector: [Float]

  package init(tokens: [[Int32]], texts: [Embedding]) {
    self.tokens = tokens
    let components = texts.first?.values.count ?? 0
    vector = (0..<components).map { place in
      Float(texts.reduce(0.0) { $0 + Double($1.values[place]) / $1.norm } / Double(texts.count))
    }
  }
}
