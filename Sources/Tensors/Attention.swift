/// Memory that one thread needs for ``Kernels/attention(queries:keys:values:scale:scratch:into:)``.
public final class AttentionScratch {
  /// Queries handled together.
  public static let queryBlock = 128
  /// Keys handled together: with ``queryBlock`` their scores fill 256 KiB, which stays in a core's cache.
  public static let keyBlock = 512

  fileprivate let scores: FloatBuffer
  fileprivate let context: FloatBuffer
  fileprivate let maximum = FloatBuffer(count: queryBlock)
  fileprivate let sum = FloatBuffer(count: queryBlock)

  /// Scratch for heads of up to `width` channels.
  public init(headWidth width: Int) {
    scores = FloatBuffer(count: Self.queryBlock * Self.keyBlock)
    context = FloatBuffer(count: Self.queryBlock * width)
  }
}

extension Kernels {
  /// One head of attention for a block of queries, on this thread.
  ///
  /// Shapes: `queries` `[Q, D]` with Q ≤ ``AttentionScratch/queryBlock``, `keys` and `values` `[N, D]`,
  /// `result` `[Q, D]`; rows may have gaps. Keys are visited in blocks with a running maximum and sum,
  /// so memory does not grow with N.
  ///
  /// - Source: online softmax, Milakov and Gimelshein, arXiv 1805.02867.
  public func attention(
    queries: MatrixView, keys: MatrixView, values: MatrixView, scale: Float,
    scratch: AttentionScratch, into result: MatrixView
  ) {
    precondition(
      queries.rows <= AttentionScratch.queryBlock,
      "Attention of \(queries.rows) queries, at most \(AttentionScratch.queryBlock) at a time")
    keys.requireShape(values.rows, queries.columns)
    result.requireShape(queries.rows, values.columns)
    let context = MatrixView(scratch.context, rows: queries.rows, columns: values.columns)
    context.pointer.update(repeating: 0, count: context.rows * context.columns)
    scratch.maximum.pointer.update(repeating: -.infinity, count: queries.rows)
    scratch.sum.pointer.update(repeating: 0, count: queries.rows)
    for start in stride(from: 0, to: keys.rows, by: AttentionScratch.keyBlock) {
      let block = start..<min(start + AttentionScratch.keyBlock, keys.rows)
      let scores = MatrixView(scratch.scores, rows: queries.rows, columns: block.count)
      multiply(queries, transposed: keys.rows(block), into: scores)
      attentionStep(
        scores: scores, scale: scale, maximum: scratch.maximum.pointer,
        sum: scratch.sum.pointer, context: context)
      multiply(scores, values.rows(block), accumulating: true, into: context)
    }
    attentionFinish(context: context, sum: scratch.sum.pointer, into: result)
  }
}
