internal import Embeddings
internal import Synchronization

/// Caches the embeddings of recent texts, by their tokens.
///
/// Prompts repeat with every volume. Cached embeddings have the same bits as new ones, because a
/// text's bits do not depend on other texts.
final class TextEmbeddingCache: Sendable {
  /// Maximum number of cached texts: 12 MiB at 768 components.
  static let capacity = 2048

  private let capacity: Int
  private let state = Mutex(State())

  private struct State {
    var entries: [[Int32]: Entry] = [:]
    /// Counts uses, to find the oldest entries.
    var clock: UInt64 = 0
  }

  private struct Entry {
    let embedding: BridgedEmbedding
    var lastUse: UInt64
  }

  init(capacity: Int = TextEmbeddingCache.capacity) { self.capacity = max(capacity, 1) }

  /// Returns the cached embedding of the text with these tokens; nil if it is not cached.
  subscript(_ tokens: [Int32]) -> BridgedEmbedding? {
    state.withLock { state in
      guard let embedding = state.entries[tokens]?.embedding else { return nil }
      state.clock += 1
      state.entries[tokens]?.lastUse = state.clock
      return embedding
    }
  }

  /// Stores an embedding. A full cache first drops the least recently used quarter.
  func keep(_ embedding: BridgedEmbedding, for tokens: [Int32]) {
    state.withLock { state in
      if state.entries[tokens] == nil, state.entries.count >= capacity {
        let uses = state.entries.values.map(\.lastUse).sorted()
        let last = uses[min(capacity / 4, uses.count - 1)]
        state.entries = state.entries.filter { $0.value.lastUse > last }
      }
      state.clock += 1
      state.entries[tokens] = Entry(embedding: embedding, lastUse: state.clock)
    }
  }

  /// Number of cached texts.
  var count: Int { state.withLock { $0.entries.count } }
}
