internal import Tensors

/// One post-norm transformer layer of the text encoder, on one thread.
struct TextLayer: Sendable {
  private let projection: Linear
  private let output: Linear
  private let attentionNorm: LayerNorm
  private let mlp: MLP
  private let mlpNorm: LayerNorm

  init(_ file: SafetensorsFile, _ path: String, width: Int, hidden: Int) throws(ModelError) {
    var parts: [Linear] = []
    for part in ["query", "key", "value"] {
      parts.append(
        try Linear(file, "\(path).attention.self.\(part)", from: width, to: width))
    }
    projection = Linear(joining: parts)
    output = try Linear(file, "\(path).attention.output.dense", from: width, to: width)
    attentionNorm = try LayerNorm(
      file, "\(path).attention.output.LayerNorm", width: width, epsilon: TextEncoder.epsilon)
    mlp = MLP(
      expand: try Linear(file, "\(path).intermediate.dense", from: width, to: hidden),
      contract: try Linear(file, "\(path).output.dense", from: hidden, to: width))
    mlpNorm = try LayerNorm(
      file, "\(path).output.LayerNorm", width: width, epsilon: TextEncoder.epsilon)
  }

  /// Runs the layer on `tokens` `[n, C]`, in place.
  func apply(to tokens: MatrixView, _ state: TextState, heads: Int, _ kernels: Kernels) {
    let rows = tokens.rows
    let branch = state.branch(rows: rows)
    attend(tokens, state, heads: heads, kernels)
    output.multiply(state.context(rows: rows), into: branch, kernels)
    kernels.addResidual(tokens, branch, bias: output.bias)
    attentionNorm(tokens, into: tokens, kernels)
    mlp(tokens, hidden: state.hidden(rows: rows), into: branch, kernels)
    kernels.addResidual(tokens, branch, bias: mlp.contract.bias)
    mlpNorm(tokens, into: tokens, kernels)
  }

  private func attend(
    _ tokens: MatrixView, _ state: TextState, heads: Int, _ kernels: Kernels
  ) {
    let width = tokens.columns
    let headWidth = width / heads
    let projections = state.projections(rows: tokens.rows)
    projection(tokens, into: projections, kernels)
    for head in 0..<heads {
      func part(_ index: Int) -> MatrixView {
        let start = index * width + head * headWidth
        return projections.columns(start..<(start + headWidth))
      }
      let context = state.context(rows: tokens.rows)
        .columns(head * headWidth..<(head + 1) * headWidth)
      for start in stride(from: 0, to: tokens.rows, by: AttentionScratch.queryBlock) {
        let block = start..<min(start + AttentionScratch.queryBlock, tokens.rows)
        kernels.attention(
          queries: part(0).rows(block), keys: part(1), values: part(2),
          scale: 1 / Float(headWidth).squareRoot(), scratch: state.attention,
          into: context.rows(block))
      }
    }
  }
}

/// The memory of one worker for one text.
final class TextState {
  let attention: AttentionScratch
  private let width: Int
  private let hiddenWidth: Int
  private let memory: [FloatBuffer]

  init(tokens: Int, width: Int, hidden: Int, heads: Int) {
    self.width = width
    hiddenWidth = hidden
    memory = [width, 3 * width, width, width, hidden].map { FloatBuffer(count: tokens * $0) }
    pooledMemory = FloatBuffer(count: width)
    attention = AttentionScratch(headWidth: width / heads)
  }

  /// `[n, C]`, the residual stream.
  func tokens(rows: Int) -> MatrixView { MatrixView(memory[0], rows: rows, columns: width) }
  /// `[n, 3C]`: queries, keys and values of all heads side by side.
  func projections(rows: Int) -> MatrixView {
    MatrixView(memory[1], rows: rows, columns: 3 * width)
  }
  /// `[n, C]`: what attention gathered.
  func context(rows: Int) -> MatrixView { MatrixView(memory[2], rows: rows, columns: width) }
  /// `[n, C]`: the output of a residual branch.
  func branch(rows: Int) -> MatrixView { MatrixView(memory[3], rows: rows, columns: width) }
  /// `[n, hidden]`: the MLP's hidden layer.
  func hidden(rows: Int) -> MatrixView { MatrixView(memory[4], rows: rows, columns: hiddenWidth) }
  /// `[1, C]`: the sum over tokens and layers.
  var pooled: MatrixView { MatrixView(pooledMemory, rows: 1, columns: width) }

  private let pooledMemory: FloatBuffer
}
