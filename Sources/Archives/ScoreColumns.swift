package import Embeddings
package import Search
internal import Synchronization
package import Tensors

/// Caches the sorted scores of all stored volumes for recent prompts. The cache is emptied when the volumes change.
///
/// If other processes change the volumes, outdated scores may be used for a while. Otherwise a busy group of processes
/// would recompute all scores for each diagnosis. A share may then be wrong by a thousandth, or be five seconds old.
package final class ScoreColumns: Sendable {
  /// The maximum number of cached scores, which take 64 MiB.
  static let capacity = 16 << 20

  private struct State {
    var version = -1
    /// The time when the cache was last emptied.
    var start = ContinuousClock.now
    var columns: [[[Int32]]: [Float]] = [:]
    var count = 0
  }

  private let state = Mutex(State())

  /// The longest time for which changes by other processes may be ignored.
  static let patience = Duration.seconds(5)
  /// Changes by other processes may be ignored while at most one in this many volumes has changed.
  static let tolerance = 1000

  /// Empties the cache.
  package func forget() { state.withLock { $0 = State() } }

  /// Returns the share of volumes that score lower than `row`, from 0 to 1; nil if no volumes are stored.
  ///
  /// - Parameter isShared: True if other processes change the volumes.
  package func share(
    below row: [Float], of query: ScoreQuery, _ snapshot: SearchSnapshot, isShared: Bool = false,
    on pool: WorkerPool
  ) -> Double? {
    let column = column(of: query, snapshot, isShared: isShared, on: pool)
    guard !column.isEmpty else { return nil }
    // Use the same kernel as for the other rows, so that a volume never counts as below itself.
    let own = SearchIndex.product(of: row, with: query.vector, on: pool)
    return Double(Self.count(in: column, below: own)) / Double(column.count)
  }

  private func column(
    of query: ScoreQuery, _ snapshot: SearchSnapshot, isShared: Bool, on pool: WorkerPool
  ) -> [Float] {
    let known = state.withLock {
      fits($0, snapshot, isShared: isShared) ? $0.columns[query.tokens] : nil
    }
    if let known { return known }
    let column = snapshot.products(with: query.vector, on: pool).joined().sorted()
    state.withLock { state in
      if !fits(state, snapshot, isShared: isShared)
        || state.count + column.count > Self.capacity
      {
        state = State(version: snapshot.version)
      }
      state.columns[query.tokens] = column
      state.count += column.count
    }
    return column
  }

  private func fits(_ state: State, _ snapshot: SearchSnapshot, isShared: Bool) -> Bool {
    if state.version == snapshot.version { return true }
    return isShared
      && isUsable(madeAt: state.version, snapshot, age: state.start.duration(to: .now))
  }

  /// Returns true if scores of an earlier version of the volumes may still be used.
  func isUsable(madeAt version: Int, _ snapshot: SearchSnapshot, age: Duration) -> Bool {
    guard version >= 0 else { return false }
    return age <= Self.patience
      || abs(snapshot.version - version) <= snapshot.count / Self.tolerance
  }

  /// Returns how many of the sorted numbers are below `limit`.
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

/// A query whose product with a volume's search row is the score of one prompt.
package struct ScoreQuery: Sendable {
  /// The tokens of each text of the prompt. They are the key in the cache.
  let tokens: [[Int32]]
  /// The mean of t/|t| over the embeddings t of the texts, shape `[C]`.
  let vector: [Float]

  package init(tokens: [[Int32]], texts: [Embedding]) {
    self.tokens = tokens
    let components = texts.first?.values.count ?? 0
    vector = (0..<components).map { place in
      Float(texts.reduce(0.0) { $0 + Double($1.values[place]) / $1.norm } / Double(texts.count))
    }
  }
}
