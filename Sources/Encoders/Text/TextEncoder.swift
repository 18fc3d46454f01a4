public import Tensors

/// The text encoder: a BERT that converts a tokenized text to an embedding.
///
/// The configuration says how hidden states are combined: as the sum over the last layers and all tokens of the text,
/// without padding, divided by the maximum number of tokens; or as the first token of the last layer.
///
/// - Source: Devlin et al., arXiv 1810.04805. Pooling is as in the published code of the model's family.
public struct TextEncoder: Sendable {
  private let width: Int
  private let hidden: Int
  private let heads: Int
  private let embedding: Int
  private let pooling: Pooling
  private let words: Tensor
  private let positions: Tensor
  private let types: Tensor
  private let norm: LayerNorm
  private let layers: [TextLayer]
  private let embedder: Linear
  private let kernels: Kernels

  /// The hidden states that are summed to represent a text.
  private struct Pooling {
    /// Number of hidden states, counted from the last layer backwards.
    let layers: Int
    /// True to sum over all tokens of the text; false to use only the first one.
    let takesAllTokens: Bool
    /// The sum is divided by this number.
    let divisor: Float

    init(_ text: ModelConfiguration.Text) {
      switch text.pooling {
      case .sum(let layers):
        self.layers = layers
        takesAllTokens = true
        divisor = Float(text.maximumTokens)
      case .classToken:
        layers = 1
        takesAllTokens = false
        divisor = 1
      }
    }
  }

  /// The epsilon of the layer normalisations in BERT.
  static let epsilon: Float = 1e-12

  init(
    _ file: SafetensorsFile, _ configuration: ModelConfiguration, _ kernels: Kernels
  ) throws(ModelError) {
    self.kernels = kernels
    let text = configuration.text
    let width = text.width
    let path = "text_encoder.model"
    let embeddings = "\(path).embeddings"
    self.width = width
    hidden = text.hidden
    heads = text.heads
    embedding = configuration.embedding
    pooling = Pooling(text)
    words = try file.take(
      "\(embeddings).word_embeddings.weight", shape: [text.vocabulary, width])
    positions = try file.take(
      "\(embeddings).position_embeddings.weight", shape: [text.positions, width])
    types = try file.take(
      "\(embeddings).token_type_embeddings.weight", shape: [text.tokenTypes, width])
    norm = try LayerNorm(file, "\(embeddings).LayerNorm", width: width, epsilon: Self.epsilon)
    var layers: [TextLayer] = []
    for index in 0..<text.depth {
      layers.append(
        try TextLayer(
          file, "\(path).encoder.layer.\(index)", width: width, hidden: text.hidden, kernels))
    }
    self.layers = layers
    embedder = try Linear(
      file, "text_encoder.emb_global", from: width, to: configuration.embedding,
      hasBias: text.headHasBias, kernels)
  }

  /// Encodes texts in batches, without padding.
  ///
  /// No computation mixes different texts, so an embedding's bits do not depend on the other texts. Equal texts are
  /// encoded once.
  ///
  /// - Parameter isCancelled: Called before each layer. Return true to stop.
  /// - Returns: The embedding t `[C]` of each text, which is not normalised; nil if the work was cancelled.
  public func encode(
    _ texts: [TokenizedText], on pool: WorkerPool, isCancelled: @escaping @Sendable () -> Bool
  ) -> [[Float]]? {
    var places: [[Int32]: Int] = [:]
    var distinct: [[Int32]] = []
    for text in texts where places[text.ids] == nil {
      places[text.ids] = distinct.count
      distinct.append(text.ids)
    }
    var embeddings: [[Float]] = []
    while embeddings.count < distinct.count {
      let batch = Self.nextBatch(of: distinct[embeddings.count...])
      guard let found = encode(batch: Array(batch), on: pool, isCancelled: isCancelled) else {
        return nil
      }
      embeddings += found
    }
    return isCancelled() ? nil : texts.map { text in places[text.ids].map { embeddings[$0] } ?? [] }
  }

  /// Encodes texts and cannot be cancelled.
  public func encode(_ texts: [TokenizedText], on pool: WorkerPool) -> [[Float]] {
    encode(texts, on: pool, isCancelled: { false }) ?? []
  }

  /// The maximum number of tokens in a batch of several texts. It is large enough to keep all threads busy and small
  /// enough to save memory.
  private static let batchTokens = 1536

  /// Returns as many of the first texts as fit into one batch, but at least one.
  private static func nextBatch(of texts: ArraySlice<[Int32]>) -> ArraySlice<[Int32]> {
    var tokens = 0
    return texts.prefix { text in
      defer { tokens += text.count }
      return tokens == 0 || tokens + text.count <= batchTokens
    }
  }

  private func encode(
    batch texts: [[Int32]], on pool: WorkerPool, isCancelled: () -> Bool
  ) -> [[Float]]? {
    let batch = TextBatch(
      lengths: texts.map(\.count), width: width, hidden: hidden, heads: heads,
      embedding: embedding, workers: pool.threads, kernels)
    embed(texts, into: batch, pool)
    if pooling.layers > layers.count { addTokens(of: batch, pool) }
    for (index, layer) in layers.enumerated() {
      guard !isCancelled() else { return nil }
      layer.apply(to: batch, heads: heads, pool, kernels)
      if index >= layers.count - pooling.layers { addTokens(of: batch, pool) }
    }
    let divisor = pooling.divisor
    pool.run(tasks: texts.count) { text, _ in
      let sum = batch.sums.token(text)
      for channel in 0..<sum.count { sum[channel] /= divisor }
    }
    kernels.arrange(batch.sums, as: .operand)
    embedder(batch.sums, into: batch.embeddings, on: pool, kernels)
    return texts.indices.map { batch.embeddings.token($0).elements }
  }

  /// Computes the first hidden state of each token: the normalised sum of the embeddings of its word, type and
  /// position.
  private func embed(_ texts: [[Int32]], into batch: TextBatch, _ pool: WorkerPool) {
    pool.run(tasks: texts.count) { [words, positions, types, width] text, _ in
      words.withElements { words in
        positions.withElements { positions in
          types.withElements { types in
            for (index, id) in texts[text].enumerated() {
              let token = batch.tokens.token(batch.texts[text].lowerBound + index)
              let (word, position) = (Int(id) * width, index * width)
              for channel in 0..<width {
                token[channel] =
                  words[word + channel] + types[channel] + positions[position + channel]
              }
            }
          }
        }
      }
    }
    batch.normalize(norm, pool, kernels)
  }

  /// Adds the current hidden states of each text's pooled tokens to that text's sum.
  private func addTokens(of batch: TextBatch, _ pool: WorkerPool) {
    let takesAllTokens = pooling.takesAllTokens
    pool.run(tasks: batch.texts.count) { text, _ in
      let sum = batch.sums.token(text)
      for index in takesAllTokens ? batch.texts[text] : batch.texts[text].prefix(1) {
        let token = batch.tokens.token(index)
        for channel in 0..<sum.count { sum[channel] += token[channel] }
      }
    }
  }
}
