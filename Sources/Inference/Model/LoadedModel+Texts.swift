public import Embeddings
public import Encoders
internal import Tensors

extension LoadedModel {
  /// Returns the embedding t and the bridge t̂ of each text. Texts that are not cached are encoded together.
  ///
  /// - Parameter remembers: True to cache new embeddings.
  /// - Throws: ``InferenceError/cancelled``, ``InferenceError/nonFiniteResult``.
  public func embeddings(
    of texts: [TokenizedText], remembers: Bool = true,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(InferenceError) -> [BridgedEmbedding] {
    var found = texts.map { textCache[$0.ids] }
    let missing = texts.indices.filter { found[$0] == nil }
    if !missing.isEmpty {
      let values = model.text.encode(
        missing.map { texts[$0] }, on: lightPool, isCancelled: isCancelled)
      guard let values else { throw .cancelled }
      for (index, embedding) in zip(missing, values) {
        let embedding = try bridged(embedding)
        if remembers { textCache.keep(embedding, for: texts[index].ids) }
        found[index] = embedding
      }
    }
    return found.compactMap { $0 }
  }

  func bridged(_ values: [Float]) throws(InferenceError) -> BridgedEmbedding {
    guard let embedding = model.bridged(values) else { throw .nonFiniteResult }
    return embedding
  }
}
