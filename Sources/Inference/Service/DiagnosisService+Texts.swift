internal import Archives
public import Embeddings
public import Encoders
internal import Formats
internal import Hashing
internal import Storage

/// A text's embedding, and whether it had to be computed.
public struct EncodedText: Sendable {
  /// The embedding t and its bridge t̂.
  public let embedding: BridgedEmbedding
  /// True if the embedding was in memory or in the store, so that the encoder did not run.
  public let isHit: Bool
}

extension DiagnosisService {
  /// Returns the embedding t and the bridge t̂ of each text.
  ///
  /// Embeddings in memory or in the store are reused. All other texts are encoded together.
  ///
  /// - Parameters:
  ///   - remembers: True to use the store and to save new embeddings in memory and in the store. Use true for prompts,
  ///     which repeat, and false for reports, which are private.
  ///   - isAccepted: True to accept the texts even if the queue is full.
  /// - Throws: ``InferenceError``.
  public func embeddings(
    of texts: [TokenizedText], remembers: Bool, isAccepted: Bool = false
  ) async throws -> [EncodedText] {
    let model = try requireModel()
    var known = texts.map { model.textCache[$0.ids] }
    if remembers { try await recall(texts, into: &known, model, isAccepted) }
    let hits = known.map { $0 != nil }
    Instruments.looked(
      for: .text, hits: hits.count { $0 }, misses: hits.count { !$0 })
    let missing = texts.indices.filter { known[$0] == nil }
    if !missing.isEmpty {
      let unknown = missing.map { texts[$0] }
      var clock = Stopwatch()
      let found = try await lightLane.run(in: isAccepted ? .accepted : nil) { _, isCancelled in
        try model.embeddings(of: unknown, remembers: remembers, isCancelled: isCancelled)
      }
      for (place, embedding) in zip(missing, found) { known[place] = embedding }
      Instruments.ended(.encodeText, after: clock.lap())
      if remembers { await remember(unknown, found) }
    }
    return zip(known, hits).compactMap { embedding, isHit in
      embedding.map { EncodedText(embedding: $0, isHit: isHit) }
    }
  }

  /// Looks up texts that are not in memory in the store, and adds their embeddings to `known`.
  private func recall(
    _ texts: [TokenizedText], into known: inout [BridgedEmbedding?], _ model: LoadedModel,
    _ isAccepted: Bool
  ) async throws {
    let unknown = texts.indices.filter { known[$0] == nil }
    guard let archive, !unknown.isEmpty,
      let rows = try? await archive.store.textEmbeddings(
        keys: unknown.map { texts[$0].key }, space: archive.space)
    else { return }
    let recalled = zip(unknown, rows).compactMap { place, row in row.map { (place, $0) } }
    guard !recalled.isEmpty else { return }
    let embeddings = try await lightLane.run(in: isAccepted ? .accepted : nil) { _, _ in
      var embeddings: [BridgedEmbedding] = []
      for (_, values) in recalled { embeddings.append(try model.bridged(values)) }
      return embeddings
    }
    for ((place, _), embedding) in zip(recalled, embeddings) {
      model.textCache.keep(embedding, for: texts[place].ids)
      known[place] = embedding
    }
  }

  /// Stores embeddings. A failure to write is ignored: the request succeeds, and the texts are encoded again next time.
  private func remember(_ texts: [TokenizedText], _ embeddings: [BridgedEmbedding]) async {
    guard let archive else { return }
    let rows = zip(texts, embeddings).map { (key: $0.key, values: $1.direct.values) }
    try? await archive.store.addTextEmbeddings(rows, space: archive.space)
  }
}

extension TokenizedText {
  /// The SHA-256 of the tokens, which is the embedding's key in the store. The encoder reads only tokens, so the text
  /// itself is never stored.
  fileprivate var key: [UInt8] {
    let bytes = ids.flatMap { Array(littleEndian: $0) }
    return Array(SHA256.hash(data: bytes))
  }
}
