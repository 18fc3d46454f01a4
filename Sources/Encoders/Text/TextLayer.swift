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
    attend(batch, heads: heads, pool, kernels)
    pool.run(panels: batch.context.count) { panels, _ in
      kernels.arrange(batch.context.panels(panels), as: .operand)
    }
    output(batch.context, ending: .add, into: batch.tokens, on: pool, kernels)
    batch.normalize(attentionNorm, pool, kernels)
    expand(batch.operands, ending: .gelu, as: .operand, into: batch.hidden, on: pool, kernels)
    contract(batch.hidden, ending: .add, into: batch.tokens, on: pool, kernels)
    batch.normalize(mlpNorm, pool, kernels)
  }

  /// Computes the attention of each text. Tokens attend only to tokens of the same text.
  private func attend(
    _ batch: TextBatch, heads: Int, _ pool: WorkerPool, _ kernels: Kernels
  ) {
    let width = batch.tokens.channels
    let headWidth = width / heads
    pool.run(tasks: batch.texts.count * heads) { task, worker in
      let (text, head) = (batch.texts[task / heads], task % heads)
      let scratch = batch.scratch[worker]
      func aligned(_ part: Int) -> TokenPanels {
        let start = part * width + head * headWidth
        let source = batch.projections.channels(start..<(start + headWidth))
        let target = scratch.panels(part, tokens: text.count)
        for (place, index) in text.enumerated() {
          target.token(place).update(from: source.token(index))
        }
        return target
      }
      let (queries, keys, values) = (aligned(0), aligned(1), aligned(2))
      kernels.arrange(queries, as: .queries)
      kernels.arrange(keys, as: .keys)
      kernels.arrange(values, as: .values)
      let context = batch.context.channels(head * headWidth..<(head + 1) * headWidth)
      for panel in 0..<queries.count {
        let part = queries.panels(panel..<(panel + 1))
        let gathered = scratch.panels(TextScratch.context, tokens: part.tokens)
        kernels.attention(
          queries: part, keys: keys, values: values, scale: 1 / Float(headWidth).squareRoot(),
          scratch: scratch.attention, into: gathered)
        let first = text.lowerBound + panel * TokenPanels.width
        for index in 0..<part.tokens {
          context.token(first + index).update(from: gathered.token(index))
        }
      }
    }
  }
}
