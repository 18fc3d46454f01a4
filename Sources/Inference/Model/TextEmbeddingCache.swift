internal import Embeddings
internal import Synchronization

/// Caches the embeddings of recent texts. The key is the text's tokens.
///
/// The same prompts are scored against every volume, so most texts are found here. A cached embedding has the same bits
/// as a new one, because encoding other texts in the same batch does not affect a text's embedding.
final class TextEmbeddingCache: Sendable {
  /// Maximum number of cached texts. They take 12 MiB at 768 components.
  static let capacity = 2048

  private let capacity: Int
  private let state = Mutex(State())

  private struct State {
    var entries: [[Int32]: Entry] = [:]
    /// Increases with every use, so that the least recently used entries can be found.
    var clock: UInt64 = 0
  }

  private struct Entry {
    let embedding: BridgedEmbedding
    var lastUse: UInt64
  }

  init(capacity: Int = TextEmbeddingCache.capacity) { self.capacity = max(capacity, 1) }

  /// The cached embedding of the text with these tokens; nil if it is not cached.
  subscript(_ tokens: [Int32]) -> BridgedEmbedding? {
    state.withLock { state in
      guard let embedding = state.entries[tokens]?.embedding else { return nil }
      state.clock += 1
      state.entries[tokens]?.lastUse = state.clock
      return embedding
    }
  }

  /// Caches an embedding. If the cache is full, the least recently used quarter is dropped first.
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
