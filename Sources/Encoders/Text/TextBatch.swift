internal import Tensors

/// Memory for one pass of several texts through the text encoder.
///
/// The tokens of all texts are stored one after another; n is their total number. C is the encoder's width.
///
/// `@unchecked Sendable`: concurrent tasks write different tokens or channels, and each worker has its own scratch
/// memory.
final class TextBatch: @unchecked Sendable {
  /// The range of tokens of each text.
  let texts: [Range<Int>]
  /// The tokens of each text, which attend only to each other.
  var groups: [TokenGroup] { texts.map { TokenGroup(first: nil, range: $0) } }
  /// The residual stream, `[n, C]`.
  let tokens: TokenPanels
  /// ``tokens`` in the number format that linear layers read, `[n, C]`. For floats, this is the same memory as
  /// ``tokens``.
  let operands: TokenPanels
  /// The queries of all heads, followed by all keys and all values, `[n, 3C]`.
  let projections: TokenPanels
  /// The output of attention, `[n, C]`.
  let context: TokenPanels
  /// The hidden layer of the MLP, `[n, hidden]`.
  let hidden: TokenPanels
  /// For each text, the sum of the pooled hidden states over its tokens, `[texts, C]`.
  let sums: TokenPanels
  /// The embedding of each text, `[texts, embedding]`.
  let embeddings: TokenPanels
  /// The scratch memory of each worker.
  let scratch: [GroupScratch]

  private let memory: [FloatBuffer]

  /// Allocates memory for texts with these numbers of tokens. Requires at least one text, and at least one token in
  /// each text.
  init(
    lengths: [Int], width: Int, hidden: Int, heads: Int, embedding: Int, workers: Int,
    _ kernels: Kernels
  ) {
    var texts: [Range<Int>] = []
    for length in lengths {
      let start = texts.last?.upperBound ?? 0
      texts.append(start..<(start + length))
    }
    self.texts = texts
    let count = texts.last?.upperBound ?? 0
    var memory: [FloatBuffer] = []
    func panels(_ tokens: Int, _ channels: Int) -> TokenPanels {
      let buffer = FloatBuffer(count: TokenPanels.floats(tokens: tokens, channels: channels))
      memory.append(buffer)
      return TokenPanels(buffer, tokens: tokens, channels: channels)
    }
    tokens = panels(count, width)
    operands = kernels.takes(.operand, channels: width) ? panels(count, width) : tokens
    projections = panels(count, 3 * width)
    context = panels(count, width)
    self.hidden = panels(count, hidden)
    sums = panels(texts.count, width)
    embeddings = panels(texts.count, embedding)
    self.memory = memory
    let longest = lengths.reduce(0) { max($0, $1) }
    scratch = (0..<workers).map { _ in GroupScratch(tokens: longest, headWidth: width / heads) }
  }

  /// Normalises all tokens in place, and converts them to the number format that linear layers read.
  func normalize(_ norm: LayerNorm, _ pool: WorkerPool, _ kernels: Kernels) {
    pool.run(panels: tokens.count) { [tokens, operands] panels, _ in
      norm(tokens.panels(panels), into: tokens.panels(panels), kernels)
      kernels.arrange(tokens.panels(panels), as: .operand, into: operands.panels(panels))
    }
  }
}
