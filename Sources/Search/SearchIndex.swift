internal import Synchronization
public import Tensors

/// A searchable index of embeddings in memory: one row for each volume or report.
///
/// A search works on a ``SearchSnapshot``. Later changes do not affect it, and a search does not
/// block changes.
public final class SearchIndex: Sendable {
  /// Length of every row.
  public let components: Int
  private let chunkBytes: Int

  private struct State {
    var chunks: [SearchChunk] = []
    /// The chunk of each entry.
    var places: [String: Int] = [:]
    var version = 0
  }

  private let state = Mutex(State())

  /// An empty index of rows with `components` floats.
  public convenience init(components: Int) {
    self.init(components: components, chunkBytes: SearchChunk.byteCount)
  }

  /// - Parameter chunkBytes: Memory of a chunk, which has at least one row.
  init(components: Int, chunkBytes: Int) {
    self.components = components
    self.chunkBytes = chunkBytes
  }

  /// Number of entries.
  public var count: Int { state.withLock { $0.places.count } }

  /// Whether the index has an entry with this id.
  public func contains(_ id: String) -> Bool { state.withLock { $0.places[id] != nil } }

  /// Reserves memory for further entries.
  public func reserve(_ count: Int) {
    state.withLock { $0.places.reserveCapacity(count) }
  }

  /// The ids of all entries.
  public var ids: Set<String> { state.withLock { Set($0.places.keys) } }

  /// The index at this moment.
  public var snapshot: SearchSnapshot {
    state.withLock {
      SearchSnapshot(chunks: $0.chunks, components: components, version: $0.version)
    }
  }

  /// Adds `entry`, or replaces the attributes of the entry with its id; the row stays.
  ///
  /// - Parameter row: `[components]`, no longer than 1 (a unit vector, or a mean of such), which
  ///   bounds the error of a search; another number of components is a programming error and traps.
  public func put(_ entry: SearchEntry, row: UnsafeBufferPointer<Float>) {
    state.withLock { state in
      state.version += 1
      guard !Self.replace(entry, in: &state) else { return }
      if state.chunks.last.map(\.isFull) ?? true {
        state.chunks.append(SearchChunk(components: components, byteCount: chunkBytes))
      }
      let last = state.chunks.count - 1
      state.chunks[last].append(entry, row: row)
      state.places[entry.id] = last
    }
  }

  /// Replaces the attributes of the entry with this id.
  ///
  /// - Returns: Whether the entry exists.
  @discardableResult
  public func update(_ entry: SearchEntry) -> Bool {
    state.withLock { state in
      state.version += 1
      return Self.replace(entry, in: &state)
    }
  }

  /// Removes the entries of these ids.
  ///
  /// - Returns: How many existed.
  /// - Complexity: Copies each chunk with such an entry once.
  @discardableResult
  public func remove(_ ids: some Sequence<String>) -> Int {
    state.withLock { state in
      var gone: [Int: Set<String>] = [:]
      for id in ids {
        if let place = state.places.removeValue(forKey: id) { gone[place, default: []].insert(id) }
      }
      guard !gone.isEmpty else { return 0 }
      state.version += 1
      for (place, ids) in gone { state.chunks[place] = state.chunks[place].without(ids) }
      Self.compact(&state)
      return gone.values.reduce(0) { $0 + $1.count }
    }
  }

  /// Moves entries together once more than half of the memory is empty, so that chunks do not
  /// accumulate.
  private static func compact(_ state: inout State) {
    guard let capacity = state.chunks.first?.capacity,
      (state.chunks.count - 2) * capacity > 2 * state.places.count
    else { return }
    var chunks: [SearchChunk] = []
    for chunk in state.chunks {
      for (index, entry) in chunk.entries.enumerated() {
        if chunks.last.map(\.isFull) ?? true { chunks.append(SearchChunk(like: chunk)) }
        chunks[chunks.count - 1].append(entry, rowOf: chunk, at: index)
        state.places[entry.id] = chunks.count - 1
      }
    }
    state.chunks = chunks
  }

  /// The result of ``SearchSnapshot/products(with:on:)`` for this row, to the bit.
  ///
  /// It is also computed on the pool's threads, which flush denormal numbers.
  public static func product(
    of row: [Float], with vector: [Float], on pool: WorkerPool
  ) -> Float {
    let index = SearchIndex(components: vector.count, chunkBytes: 0)
    row.withUnsafeBufferPointer { index.put(SearchEntry(id: ""), row: $0) }
    return index.snapshot.products(with: vector, on: pool).joined().first ?? 0
  }

  private static func replace(_ entry: SearchEntry, in state: inout State) -> Bool {
    guard let place = state.places[entry.id],
      let index = state.chunks[place].entries.firstIndex(where: { $0.id == entry.id })
    else { return false }
    state.chunks[place].replace(at: index, by: entry)
    return true
  }
}
