internal import Tensors

/// The memory of one pass of several texts through the text encoder. Their tokens are contiguous.
///
/// `@unchecked Sendable`: concurrent tasks write different tokens or channels, and each worker has
/// its own scratch.
final class TextBatch: @unchecked Sendable {
  /// The places of each text's tokens.
  let texts: [Range<Int>]
  /// `[n, C]`, the residual stream.
  let tokens: TokenPanels
  /// `[n, C]`: ``tokens`` as linear layers read them; the same memory where that is floats.
  let operands: TokenPanels
  /// `[n, 3C]`: queries, keys and values of all heads side by side.
  let projections: TokenPanels
  /// `[n, C]`: the result of attention.
  let context: TokenPanels
  /// `[n, hidden]`: the MLP's hidden layer.
  let hidden: TokenPanels
  /// `[texts, C]`: for each text, the sum over its tokens and the last layers.
  let sums: TokenPanels
  /// `[texts, C]`
  let embeddings: TokenPanels
  /// One for each worker.
  let scratch: [TextScratch]

  private let memory: [FloatBuffer]

  /// Allocates memory for texts of `lengths` tokens, at least one text and one token each.
  init(
    lengths: [Int], width: Int, hidden: Int, heads: Int, workers: Int, _ kernels: Kernels
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
    embeddings = panels(texts.count, width)
    self.memory = memory
    let longest = lengths.reduce(0) { max($0, $1) }
    scratch = (0..<workers).map { _ in TextScratch(tokens: longest, headWidth: width / heads) }
  }

  /// Normalises all tokens, in place, and brings them into the form that linear layers read.
  func normalize(_ norm: LayerNorm, _ pool: WorkerPool, _ kernels: Kernels) {
    pool.run(panels: tokens.count) { [tokens, operands] panels, _ in
      norm(tokens.panels(panels), into: tokens.panels(panels), kernels)
      kernels.arrange(tokens.panels(panels), as: .operand, into: operands.panels(panels))
    }
  }
}

/// The memory of one worker for one head of one text.
final class TextScratch {
  let attention = AttentionScratch()
  private let headWidth: Int
  private let memory: [FloatBuffer]

  /// The place of the result of attention; 0, 1 and 2 are queries, keys and values.
  static let context = 3

  init(tokens: Int, headWidth: Int) {
    self.headWidth = headWidth
    memory = (0..<4).map { _ in
      FloatBuffer(count: TokenPanels.floats(tokens: tokens, channels: headWidth))
    }
  }

  /// Memory for `tokens` tokens of one head, from the first lane of a panel.
  func panels(_ place: Int, tokens: Int) -> TokenPanels {
    TokenPanels(memory[place], tokens: tokens, channels: headWidth)
  }
}
