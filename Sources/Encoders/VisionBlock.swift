internal import Tensors

/// One pre-norm transformer block of the vision encoder.
struct VisionBlock: Sendable {
  private let attentionNorm: LayerNorm
  private let projection: Linear
  private let output: Linear
  private let mlpNorm: LayerNorm
  private let mlp: MLP

  /// timm's vision transformer, which the checkpoint was trained with, uses this epsilon in its blocks.
  private static let epsilon: Float = 1e-6

  init(_ file: SafetensorsFile, _ path: String, width: Int, hidden: Int) throws(ModelError) {
    attentionNorm = try LayerNorm(
      file, "\(path).norm1", width: width, epsilon: Self.epsilon)
    projection = try Linear(file, "\(path).attn.qkv", from: width, to: 3 * width)
    output = try Linear(file, "\(path).attn.proj", from: width, to: width)
    mlpNorm = try LayerNorm(file, "\(path).norm2", width: width, epsilon: Self.epsilon)
    mlp = MLP(
      expand: try Linear(file, "\(path).mlp.fc1", from: width, to: hidden),
      contract: try Linear(file, "\(path).mlp.fc2", from: hidden, to: width))
  }

  /// Runs the block on the residual stream `state.tokens`, in place.
  func apply(to state: VisionState, heads: Int, _ pool: WorkerPool, _ kernels: Kernels) {
    project(state, pool, kernels)
    attend(state, heads: heads, pool, kernels)
    finish(state, pool, kernels)
  }

  private func project(_ state: VisionState, _ pool: WorkerPool, _ kernels: Kernels) {
    pool.run(rows: state.tokens.rows) { block, worker in
      let normalized = state.scratch[worker].normalized(rows: block.count)
      attentionNorm(state.tokens.rows(block), into: normalized, kernels)
      projection(normalized, into: state.projections.rows(block), kernels)
    }
  }

  private func attend(
    _ state: VisionState, heads: Int, _ pool: WorkerPool, _ kernels: Kernels
  ) {
    let width = state.tokens.columns
    let headWidth = width / heads
    let rows = state.tokens.rows
    let queryBlocks = (rows + AttentionScratch.queryBlock - 1) / AttentionScratch.queryBlock
    pool.run(tasks: heads * queryBlocks) { task, worker in
      let head = task / queryBlocks
      let start = task % queryBlocks * AttentionScratch.queryBlock
      let block = start..<min(start + AttentionScratch.queryBlock, rows)
      func part(_ index: Int) -> MatrixView {
        let start = index * width + head * headWidth
        return state.projections.columns(start..<(start + headWidth))
      }
      kernels.attention(
        queries: part(0).rows(block), keys: part(1), values: part(2),
        scale: 1 / Float(headWidth).squareRoot(), scratch: state.scratch[worker].attention,
        into: state.context.columns(head * headWidth..<(head + 1) * headWidth).rows(block))
    }
  }

  /// Everything after attention works row by row, so that one task keeps its rows in the cache.
  private func finish(_ state: VisionState, _ pool: WorkerPool, _ kernels: Kernels) {
    pool.run(rows: state.tokens.rows) { block, worker in
      let scratch = state.scratch[worker]
      let tokens = state.tokens.rows(block)
      let normalized = scratch.normalized(rows: block.count)
      let branch = scratch.branch(rows: block.count)
      output.multiply(state.context.rows(block), into: branch, kernels)
      kernels.addResidual(tokens, branch, bias: output.bias)
      mlpNorm(tokens, into: normalized, kernels)
      mlp(
        normalized, hidden: scratch.wide(rows: block.count, columns: mlp.expand.outputs),
        into: branch, kernels)
      kernels.addResidual(tokens, branch, bias: mlp.contract.bias)
    }
  }
}
