internal import Tensors

/// A transformer layer of the text encoder. It normalises after each step (post-norm).
struct TextLayer: Sendable {
  private let projection: Linear
  private let output: Linear
  private let attentionNorm: LayerNorm
  private let expand: Linear
  private let contract: Linear
  private let mlpNorm: LayerNorm

  init(
    _ file: SafetensorsFile, _ path: String, width: Int, hidden: Int, _ kernels: Kernels
  ) throws(ModelError) {
    projection = try Linear(
      file, joining: ["query", "key", "value"].map { "\(path).attention.self.\($0)" },
      from: width, to: width, kernels)
    output = try Linear(file, "\(path).attention.output.dense", from: width, to: width, kernels)
    attentionNorm = try LayerNorm(
      file, "\(path).attention.output.LayerNorm", width: width, epsilon: TextEncoder.epsilon)
    expand = try Linear(file, "\(path).intermediate.dense", from: width, to: hidden, kernels)
    contract = try Linear(file, "\(path).output.dense", from: hidden, to: width, kernels)
    mlpNorm = try LayerNorm(
      file, "\(path).output.LayerNorm", width: width, epsilon: TextEncoder.epsilon)
  }

  /// Runs the layer on the tokens of all texts in `batch`, in place.
  func apply(to batch: TextBatch, heads: Int, _ pool: WorkerPool, _ kernels: Kernels) {
    projection(batch.operands, into: batch.projections, on: pool, kernels)
    GroupedAttention.run(
      batch.groups, heads: heads, projections: batch.projections, scratch: batch.scratch,
      into: batch.context, pool, kernels)
    pool.run(panels: batch.context.count) { panels, _ in
      kernels.arrange(batch.context.panels(panels), as: .operand)
    }
    output(batch.context, ending: .add, into: batch.tokens, on: pool, kernels)
    batch.normalize(attentionNorm, pool, kernels)
    expand(batch.operands, ending: .gelu, as: .operand, into: batch.hidden, on: pool, kernels)
    contract(batch.hidden, ending: .add, into: batch.tokens, on: pool, kernels)
    batch.normalize(mlpNorm, pool, kernels)
  }
}
