internal import CKernels
internal import COpenBLAS
internal import Glibc

/// The arithmetic of one thread: this project's kernels in the best instruction set of the
/// processor, and products of plain matrices by OpenBLAS.
///
/// Nothing here starts a thread or allocates. Equal input gives equal bits, because the order of
/// every sum depends only on the shapes.
///
/// `@unchecked Sendable`: the table is a constant of addresses of functions without state.
public struct Kernels: @unchecked Sendable {
  private let table: brgsa_kernels
  /// How exact the products of linear layers and attention are.
  public let compute: Compute

  /// The environment variable that selects a set by its ``name`` instead of the fastest. It is the
  /// variable of the setting `kernels`.
  public static let variable = "BRGSA_KERNELS"

  /// The exact set that ``variable`` names, otherwise the fastest that this processor supports.
  public static let best: Kernels = all.first { $0.name == requestedName } ?? all[0]

  /// Every exact set that this processor supports, fastest first. Tests compare each with a plain
  /// implementation.
  public static let all = sets(of: .f32)

  /// Every set that rounds factors to bfloat16 and that this processor supports, fastest first.
  public static let allRounded = sets(of: .bf16)

  private static func sets(of compute: Compute) -> [Kernels] {
    Processor.initialize
    return (0...).lazy.map { brgsa_kernels_at(compute.value, $0) }
      .prefix { $0 != nil }.compactMap { $0.map { Kernels(table: $0.pointee, compute: compute) } }
  }

  /// The value of ``variable`` if this processor supports no set of that name; nil otherwise.
  public static var refusedRequest: String? {
    guard let name = requestedName, !(all + allRounded).contains(where: { $0.name == name }) else {
      return nil
    }
    return name
  }

  private static var requestedName: String? {
    guard let value = getenv(variable), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// Selects a set.
  ///
  /// - Parameter name: Its name; empty for the fastest.
  /// - Returns: Nil if this processor supports no such set of this compute. A set that emulates an
  ///   instruction is selected only by its name.
  public static func set(_ name: String, for compute: Compute) -> Kernels? {
    let sets = compute == .f32 ? all : allRounded
    return name.isEmpty ? sets.first { !$0.isEmulation } : sets.first { $0.name == name }
  }

  /// Whether it only emulates the instruction that it is made for, slowly, for tests.
  private var isEmulation: Bool { table.is_emulation != 0 }

  /// `avx512`, `avx2`, `neon`, `portable`; with tiles `amx`, `emulated`, `amx-bf16`, `avx512-bf16`, `emulated-bf16`.
  public var name: String { String(cString: table.name) }

  /// Outputs that a register tile holds, of a linear layer with so many inputs.
  func group(inputs: Int) -> Int { table.group(inputs) }

  /// Writes weights of a linear layer, see ``PackedWeights/pack(_:count:first:)``.
  func pack(
    _ rows: UnsafePointer<Float>, count: Int, inputs: Int, into packed: UnsafeMutablePointer<Float>,
    first: Int
  ) {
    table.pack(rows, count, inputs, packed, first)
  }

  /// How ``linear(_:_:outputs:ending:as:ofChannels:into:)`` ends: the last step for its sums.
  public enum Ending: Sendable {
    /// y = x · weightsᵀ + bias
    case store
    /// y = gelu(x · weightsᵀ + bias), the exact form with erf
    case gelu
    /// y += x · weightsᵀ + bias: the end of a residual branch
    case add

    fileprivate var value: brgsa_ending {
      switch self {
      case .store: brgsa_ending_store
      case .gelu: brgsa_ending_gelu
      case .add: brgsa_ending_add
      }
    }
  }

  /// How the channels of tokens lie in memory. Sets that multiply by tiles have forms of their own for what they read;
  /// the memory has the same size. For the others, each form is floats.
  public enum Form: Sendable {
    /// The channels as floats: what everything else reads and writes.
    case floats
    /// What ``linear(_:_:outputs:ending:as:ofChannels:into:)`` reads.
    case operand
    /// What ``attention(queries:keys:values:scale:scratch:into:)`` reads; of one head.
    case queries, keys, values

    fileprivate var value: brgsa_form {
      switch self {
      case .floats: brgsa_form_floats
      case .operand: brgsa_form_operand
      case .queries: brgsa_form_queries
      case .keys: brgsa_form_keys
      case .values: brgsa_form_values
      }
    }
  }

  /// Whether this set reads so many channels in a form that is not floats.
  public func takes(_ form: Form, channels: Int) -> Bool {
    form != .floats && table.takes(form.value, channels) != 0
  }

  /// Brings floats into a form, in place.
  public func arrange(_ panels: TokenPanels, as form: Form) {
    arrange(panels, as: form, into: panels)
  }

  /// Brings floats into a form, where `target` is; it has the same shape, and is `source` or does not overlap it.
  public func arrange(_ source: TokenPanels, as form: Form, into target: TokenPanels) {
    precondition(
      source.tokens == target.tokens && source.channels == target.channels,
      "\(source.tokens) x \(source.channels) into \(target.tokens) x \(target.channels)")
    guard takes(form, channels: source.channels) else {
      guard source.pointer != target.pointer else { return }
      for panel in 0..<source.count {
        (target.pointer + panel * target.stride).update(
          from: source.pointer + panel * source.stride, count: source.channels * TokenPanels.width)
      }
      return
    }
    for panel in 0..<source.count {
      table.arrange(
        source.pointer + panel * source.stride, target.pointer + panel * target.stride,
        source.channels, panel + 1 == source.count ? source.tokensInLast : TokenPanels.width,
        form.value)
    }
  }

  /// A linear layer for all tokens of `x`, on this thread.
  ///
  /// Shapes: `x` has `weights.inputs` channels as ``Form/operand``, `result` has `weights.outputs` and as many tokens.
  /// They must not overlap.
  ///
  /// - Parameters:
  ///   - outputs: The outputs to compute, all by default; the first is a multiple of ``PackedWeights/group``.
  ///   - form: How the outputs are written, in blocks of `channels`.
  public func linear(
    _ x: TokenPanels, _ weights: PackedWeights, outputs: Range<Int>? = nil, ending: Ending = .store,
    as form: Form = .floats, ofChannels channels: Int? = nil, into result: TokenPanels
  ) {
    let outputs = outputs ?? 0..<weights.outputs
    precondition(
      x.channels == weights.inputs && result.channels == weights.outputs
        && x.tokens == result.tokens,
      "\(x.tokens) x \(x.channels) through \(weights.inputs) x \(weights.outputs) into \(result.tokens) x \(result.channels)"
    )
    precondition(
      outputs.lowerBound >= 0 && outputs.upperBound <= weights.outputs
        && weights.group == group(inputs: weights.inputs)
        && outputs.lowerBound.isMultiple(of: weights.group),
      "Outputs \(outputs) of \(weights.outputs) in groups of \(weights.group)")
    var layer = brgsa_linear(
      weights: weights.weightsStart, bias: weights.biasStart, inputs: weights.inputs,
      outputs_from: outputs.lowerBound, outputs_to: outputs.upperBound, x: x.pointer,
      x_stride: x.stride, y: result.pointer, y_stride: result.stride, panels: x.count,
      tokens: x.tokensInLast, ending: ending.value,
      form: takes(form, channels: channels ?? weights.outputs) ? form.value : brgsa_form_floats)
    withExtendedLifetime(weights) { table.linear(&layer) }
  }

  /// One head of attention for one panel of queries, on this thread.
  ///
  /// Shapes: `queries` has one panel; `keys` and `values` have the same tokens and, like `queries` and `context`, the
  /// head's channels. Keys are visited in blocks with a running maximum and sum, so memory does not grow with them.
  ///
  /// - Source: online softmax, Milakov and Gimelshein, arXiv 1805.02867.
  public func attention(
    queries: TokenPanels, keys: TokenPanels, values: TokenPanels, scale: Float,
    scratch: AttentionScratch, into context: TokenPanels
  ) {
    let width = queries.channels
    precondition(scale > 0, "Attention scaled by \(scale)")
    precondition(
      queries.count == 1 && context.count == 1 && context.tokens == queries.tokens,
      "Attention of \(queries.count) panels of queries")
    precondition(
      keys.channels == width && values.channels == width && context.channels == width
        && keys.tokens == values.tokens && keys.stride == values.stride,
      "Attention of width \(width) with keys of \(keys.channels), values of \(values.channels)")
    var head = brgsa_attention(
      queries: queries.pointer, tokens: queries.tokens, keys: keys.pointer, values: values.pointer,
      stride: keys.stride, count: keys.tokens, width: width, scale: scale,
      scratch: scratch.scores.pointer, context: context.pointer)
    withExtendedLifetime(scratch) { table.attention(&head) }
  }

  /// Each token of `result` becomes that of `x`, normalised over its channels, times `gain`, plus `offset` (`[channels]`).
  ///
  /// `x` and `result` have the same shape and may be the same memory.
  public func layerNorm(
    _ x: TokenPanels, gain: Tensor, offset: Tensor, epsilon: Float, into result: TokenPanels
  ) {
    precondition(
      x.tokens == result.tokens && x.channels == result.channels && gain.count == x.channels
        && offset.count == x.channels,
      "Layer norm of \(x.tokens) x \(x.channels) into \(result.tokens) x \(result.channels)")
    withExtendedLifetime((gain, offset)) {
      for panel in 0..<x.count {
        table.layer_norm(
          x.pointer + panel * x.stride, result.pointer + panel * result.stride, x.channels,
          gain.base, offset.base, epsilon)
      }
    }
  }

  /// `products[i]` = row i · `query`, on this thread.
  ///
  /// Shapes: `rows` `[products.count, query.count]`. The error of each sum, relative to the numbers
  /// that were read, is at most (width + 8) · 2⁻²⁴ · Σ|aᵢbᵢ|.
  ///
  /// - Parameter precision: Which numbers are read.
  /// Safety: the caller owns all three; no pointer outlives the call.
  public func dots(
    rows: SplitRows, precision: SplitRows.Precision, query: UnsafeBufferPointer<Float>,
    into products: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      rows.high.count == products.count * query.count && rows.low.count == rows.high.count,
      "\(products.count) products of rows of \(query.count) in \(rows.high.count) numbers")
    guard !query.isEmpty else { return products.update(repeating: 0) }
    guard let high = rows.high.baseAddress, let factor = query.baseAddress,
      let product = products.baseAddress
    else { return }
    table.dots(
      high, precision == .full ? rows.low.baseAddress : nil, products.count, query.count, factor,
      product)
  }

  /// Runs independent fused multiply-adds, to measure the processor's peak.
  ///
  /// - Returns: The number of floating-point operations.
  public func exert(rounds: Int) -> Double {
    var result: Float = 0
    return table.exert(max(rounds, 0), &result)
  }

  /// Replaces each row of `x` by its softmax.
  public func softmax(_ x: MatrixView) {
    table.softmax(x.pointer, x.rows, x.columns, x.stride)
  }

  /// `result` `[m, n]` = `a` `[m, k]` · `b`ᵀ with `b` `[n, k]`.
  public func multiply(_ a: MatrixView, transposed b: MatrixView, into result: MatrixView) {
    b.requireShape(result.columns, a.columns)
    result.requireShape(a.rows, b.rows)
    brgsa_sgemm(
      1, Int32(a.rows), Int32(b.rows), Int32(a.columns), 1, a.pointer, Int32(a.stride),
      b.pointer, Int32(b.stride), 0, result.pointer, Int32(result.stride))
  }

  /// `result` `[m, n]` = `a` `[m, k]` · `b` `[k, n]`.
  public func multiply(_ a: MatrixView, _ b: MatrixView, into result: MatrixView) {
    b.requireShape(a.columns, result.columns)
    result.requireShape(a.rows, b.columns)
    brgsa_sgemm(
      0, Int32(a.rows), Int32(b.columns), Int32(a.columns), 1, a.pointer, Int32(a.stride),
      b.pointer, Int32(b.stride), 0, result.pointer, Int32(result.stride))
  }
}

/// Memory that one thread needs for ``Kernels/attention(queries:keys:values:scale:scratch:into:)``.
public final class AttentionScratch {
  fileprivate let scores = FloatBuffer(
    count: Int(brgsa_key_block) * TokenPanels.width)

  /// Scratch for heads of any width.
  public init() {}
}
