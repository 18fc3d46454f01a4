internal import CKernels
internal import COpenBLAS

/// The arithmetic of one thread: fused kernels in the best instruction set of this processor, and
/// matrix products by OpenBLAS.
///
/// Nothing here starts a thread or allocates. Equal input gives equal bits: the order of every sum
/// depends on the shapes alone.
///
/// `@unchecked Sendable`: the table is a constant of addresses of functions without state.
public struct Kernels: @unchecked Sendable {
  private let table: brgsa_kernels

  /// The fastest kernels that this processor runs.
  public static let best: Kernels = {
    Processor.initialize
    return Kernels(table: brgsa_kernels_best().pointee)
  }()

  /// Every set that this processor runs, fastest first: tests compare each with its twin.
  public static let all: [Kernels] = {
    Processor.initialize
    return (0...).lazy.map { brgsa_kernels_at($0) }
      .prefix { $0 != nil }.compactMap { $0.map { Kernels(table: $0.pointee) } }
  }()

  /// `avx512`, `avx2` or `portable`.
  public var name: String { String(cString: table.name) }

  /// Each row of `x` becomes its softmax, in place.
  public func softmax(_ x: MatrixView) {
    table.softmax(x.pointer, x.rows, x.columns, x.stride)
  }

  /// Each row of `result` becomes the normalised row of `x`, times `gain`, plus `offset` (`[columns]`).
  ///
  /// `x` and `result` have the same shape and no gaps between rows; they may be the same memory.
  public func layerNorm(
    _ x: MatrixView, gain: Tensor, offset: Tensor, epsilon: Float, into result: MatrixView
  ) {
    x.requireShape(result.rows, result.columns, contiguous: true)
    result.requireShape(x.rows, gain.count, contiguous: true)
    table.layer_norm(
      x.pointer, result.pointer, x.rows, x.columns, gain.base, offset.base, epsilon)
  }

  /// `x` becomes gelu(`x` + `bias`), the exact form with erf.
  public func biasGELU(_ x: MatrixView, bias: Tensor) {
    x.requireShape(x.rows, bias.count, contiguous: true)
    table.bias_gelu(x.pointer, x.rows, x.columns, bias.base)
  }

  /// Adds `bias` (`[columns]`) to each row of `x`.
  public func addBias(_ x: MatrixView, _ bias: Tensor) {
    x.requireShape(x.rows, bias.count, contiguous: true)
    table.add_bias(x.pointer, x.rows, x.columns, bias.base)
  }

  /// `x` += `branch` + `bias`: the end of a residual branch.
  public func addResidual(_ x: MatrixView, _ branch: MatrixView, bias: Tensor) {
    x.requireShape(branch.rows, bias.count, contiguous: true)
    branch.requireShape(x.rows, x.columns, contiguous: true)
    table.add_residual(x.pointer, branch.pointer, x.rows, x.columns, bias.base)
  }

  /// `result` `[m, n]` = `scale` · `a` `[m, k]` · `b`ᵀ with `b` `[n, k]`.
  public func multiply(
    _ a: MatrixView, transposed b: MatrixView, scale: Float = 1, into result: MatrixView
  ) {
    b.requireShape(result.columns, a.columns)
    result.requireShape(a.rows, b.rows)
    brgsa_sgemm(
      1, Int32(a.rows), Int32(b.rows), Int32(a.columns), scale, a.pointer, Int32(a.stride),
      b.pointer, Int32(b.stride), 0, result.pointer, Int32(result.stride))
  }

  /// `result` `[m, n]` = `a` `[m, k]` · `b` `[k, n]`, added to what `result` held if `accumulating`.
  public func multiply(
    _ a: MatrixView, _ b: MatrixView, accumulating: Bool = false, into result: MatrixView
  ) {
    b.requireShape(a.columns, result.columns)
    result.requireShape(a.rows, b.columns)
    brgsa_sgemm(
      0, Int32(a.rows), Int32(b.columns), Int32(a.columns), 1, a.pointer, Int32(a.stride),
      b.pointer, Int32(b.stride), accumulating ? 1 : 0, result.pointer, Int32(result.stride))
  }

  /// One block of keys in ``attention(queries:keys:values:scale:scratch:into:)``.
  func attentionStep(
    scores: MatrixView, scale: Float, maximum: UnsafeMutablePointer<Float>,
    sum: UnsafeMutablePointer<Float>, context: MatrixView
  ) {
    table.attention_step(
      scores.pointer, scores.rows, scores.columns, scale, maximum, sum, context.pointer,
      context.columns)
  }

  /// Divides the gathered `context` by the softmax sums.
  func attentionFinish(
    context: MatrixView, sum: UnsafeMutablePointer<Float>, into result: MatrixView
  ) {
    table.attention_finish(
      context.pointer, context.rows, context.columns, sum, result.pointer, result.stride)
  }
}
