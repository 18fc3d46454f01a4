internal import Synchronization
public import Tensors

/// An in-memory search index of embeddings, with one row for each volume or report.
///
/// A search runs on a ``SearchSnapshot``. Later changes to the index do not affect the snapshot, and a search does not
/// block changes.
public final class SearchIndex: Sendable {
  /// The number of components of each row.
  public let components: Int
  private let chunkBytes: Int

  private struct State {
    var chunks: [SearchChunk] = []
    /// The chunk of each entry, by entry id.
    var places: [String: Int] = [:]
    var version = 0
  }

  private let state = Mutex(State())

  /// Makes an empty index for rows of `components` floats.
  public convenience init(components: Int) {
    self.init(components: components, chunkBytes: SearchChunk.byteCount)
  }

  /// - Parameter chunkBytes: The memory of a chunk in bytes. A chunk has at least one row, even if this is too small
  ///   for it.
  init(components: Int, chunkBytes: Int) {
    self.components = components
    self.chunkBytes = chunkBytes
  }

  /// The number of entries.
  public var count: Int { state.withLock { $0.places.count } }

  /// Returns true if the index contains an entry with this id.
  public func contains(_ id: String) -> Bool { state.withLock { $0.places[id] != nil } }

  /// Reserves memory for the ids of `count` entries.
  public func reserve(_ count: Int) {
    state.withLock { $0.places.reserveCapacity(count) }
  }

  /// The ids of all entries.
  public var ids: Set<String> { state.withLock { Set($0.places.keys) } }

  /// A snapshot of the index as it is now.
  public var snapshot: SearchSnapshot {
    state.withLock {
      SearchSnapshot(chunks: $0.chunks, components: components, version: $0.version)
    }
  }

  /// Adds `entry` with its row. If an entry with this id exists already, replaces only its attributes.
  ///
  /// - Parameter row: A vector of shape `[components]`. Its Euclidean length must not exceed 1, because the error bound
  ///   of a search relies on this. Unit vectors and means of unit vectors satisfy it. A wrong number of components is a
  ///   programming error and traps.
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

  /// Replaces all entries by those of another index with the same row length. The other index must not be used
  /// afterwards.
  public func adopt(_ other: SearchIndex) {
    precondition(other.components == components, "An index for rows of another length")
    let (chunks, places) = other.state.withLock { ($0.chunks, $0.places) }
    state.withLock { state in
      state.chunks = chunks
      state.places = places
      state.version += 1
    }
  }

  /// Replaces the attributes of the entry with the same id.
  ///
  /// - Returns: True if such an entry exists.
  @discardableResult
  public func update(_ entry: SearchEntry) -> Bool {
    state.withLock { state in
      state.version += 1
      return Self.replace(entry, in: &state)
    }
  }

  /// Removes the entries with these ids.
  ///
  /// - Returns: The number of entries that were removed.
  /// - Complexity: Copies each affected chunk once.
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

  /// Copies all entries to full chunks if more than about half of the memory is unused. Otherwise nearly empty chunks
  /// would accumulate.
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

  /// Returns exactly the number that ``SearchSnapshot/products(with:on:)`` returns for this row.
  ///
  /// It runs on the pool's threads, too, because their arithmetic treats denormal numbers as zero.
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
