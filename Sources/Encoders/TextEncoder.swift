public import Tensors

/// The BERT that turns a tokenized text into its embedding.
///
/// - Source: Devlin et al., arXiv 1810.04805; pooling of BrgSA's published code: the hidden states of the
///   last layers are summed, and the rows of all real tokens are added up and divided by T.
public struct TextEncoder: Sendable {
  private let width: Int
  private let hidden: Int
  private let heads: Int
  private let maximumTokens: Int
  private let pooledLayers: Int
  private let words: Tensor
  private let positions: Tensor
  private let types: Tensor
  private let norm: LayerNorm
  private let layers: [TextLayer]
  private let embedder: Linear

  /// BERT's epsilon for every layer normalisation.
  static let epsilon: Float = 1e-12

  init(_ file: SafetensorsFile, _ configuration: ModelConfiguration) throws(ModelError) {
    let text = configuration.text
    let width = configuration.embedding
    let path = "text_encoder.model"
    let embeddings = "\(path).embeddings"
    self.width = width
    hidden = text.hidden
    heads = text.heads
    maximumTokens = text.maximumTokens
    pooledLayers = text.pooledLayers
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
        try TextLayer(file, "\(path).encoder.layer.\(index)", width: width, hidden: text.hidden))
    }
    self.layers = layers
    embedder = try Linear(file, "text_encoder.emb_global", from: width, to: width)
  }

  /// Encodes each text by itself, several at a time on different threads.
  ///
  /// A text never shares a matrix product with another, so its bits do not depend on its company. Equal
  /// texts are encoded once.
  ///
  /// - Parameter isCancelled: Asked before each text; true leaves the rest out.
  /// - Returns: t of each text, `[C]`, not normalised; nil if the work was cancelled.
  public func encode(
    _ texts: [TokenizedText], on pool: WorkerPool, isCancelled: @escaping @Sendable () -> Bool
  ) -> [[Float]]? {
    let distinct = Array(Set(texts.map(\.ids)))
    let results = FloatBuffer(count: distinct.count * width)
    let rows = MatrixView(results, rows: distinct.count, columns: width)
    let longest = distinct.reduce(0) { max($0, $1.count) }
    let states = TextStates(
      (0..<pool.threads).map { _ in
        TextState(tokens: longest, width: width, hidden: hidden, heads: heads)
      })
    pool.run(tasks: distinct.count) { index, worker in
      guard !isCancelled() else { return }
      encode(distinct[index], in: states.states[worker], into: rows.rows(index..<(index + 1)))
    }
    guard !isCancelled() else { return nil }
    return withExtendedLifetime(results) {
      let rowOf = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices))
      return texts.map { text in rowOf[text.ids].map { Array(rows.row($0)) } ?? [] }
    }
  }

  /// Encodes texts to the end.
  public func encode(_ texts: [TokenizedText], on pool: WorkerPool) -> [[Float]] {
    encode(texts, on: pool, isCancelled: { false }) ?? []
  }

  private func encode(_ ids: [Int32], in state: TextState, into result: MatrixView) {
    let kernels = Kernels.best
    let tokens = state.tokens(rows: ids.count)
    embed(ids, into: tokens, kernels)
    let sum = state.pooled
    sum.pointer.update(repeating: 0, count: width)
    if pooledLayers > layers.count { add(tokens, to: sum) }
    for (index, layer) in layers.enumerated() {
      layer.apply(to: tokens, state, heads: heads, kernels)
      if index >= layers.count - pooledLayers { add(tokens, to: sum) }
    }
    for channel in 0..<width { sum.pointer[channel] /= Float(maximumTokens) }
    embedder(sum, into: result, kernels)
  }

  private func embed(_ ids: [Int32], into tokens: MatrixView, _ kernels: Kernels) {
    words.withElements { words in
      positions.withElements { positions in
        types.withElements { types in
          for (index, id) in ids.enumerated() {
            let row = tokens.row(index)
            let (word, position) = (Int(id) * width, index * width)
            for channel in 0..<width {
              row[channel] = words[word + channel] + types[channel] + positions[position + channel]
            }
          }
        }
      }
    }
    norm(tokens, into: tokens, kernels)
  }

  private func add(_ tokens: MatrixView, to sum: MatrixView) {
    for index in 0..<tokens.rows {
      let row = tokens.row(index)
      for channel in 0..<width { sum.pointer[channel] += row[channel] }
    }
  }
}

/// `@unchecked Sendable`: a worker uses only the state with its own number.
private struct TextStates: @unchecked Sendable {
  let states: [TextState]
  init(_ states: [TextState]) { self.states = states }
}
