internal import CKernels
internal import COpenBLAS
internal import Glibc

/// The arithmetic functions of one instruction set. Each function runs on the calling thread.
///
/// Most functions are this project's own kernels, which are compiled for several instruction sets. A value of this
/// type selects one set of them. OpenBLAS multiplies plain matrices.
///
/// No function starts a thread or allocates memory. The order of each sum depends only on the shapes, so equal inputs
/// give bit-identical results.
///
/// `@unchecked Sendable`: the table is constant, and its functions have no state.
public struct Kernels: @unchecked Sendable {
  private let table: brgsa_kernels
  /// The precision of the products in linear layers and attention.
  public let compute: Compute

  /// The name of the environment variable for the setting `kernels`. The value of the variable is the ``name`` of the
  /// set to use instead of the fastest one.
  public static let variable = "BRGSA_KERNELS"

  /// The float32 set that ``variable`` names. Without the variable, the fastest float32 set that this processor
  /// supports.
  public static let best: Kernels = all.first { $0.name == requestedName } ?? all[0]

  /// All float32 sets that this processor supports, fastest first. Tests compare each set with a simple
  /// implementation.
  public static let all = sets(of: .f32)

  /// All bfloat16 sets that this processor supports, fastest first. They round factors to bfloat16.
  public static let allRounded = sets(of: .bf16)

  private static func sets(of compute: Compute) -> [Kernels] {
    Processor.initialize
    return (0...).lazy.map { brgsa_kernels_at(compute.value, $0) }
      .prefix { $0 != nil }.compactMap { $0.map { Kernels(table: $0.pointee, compute: compute) } }
  }

  /// The value of ``variable`` if it is not the name of a set that this processor supports; otherwise nil.
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

  /// Returns a set.
  ///
  /// - Parameter name: The name of the set; empty for the fastest set. A set that emulates an instruction must be
  ///   selected by its name.
  /// - Returns: nil if this processor supports no set with this name and precision.
  public static func set(_ name: String, for compute: Compute) -> Kernels? {
    let sets = compute == .f32 ? all : allRounded
    return name.isEmpty ? sets.first { !$0.isEmulation } : sets.first { $0.name == name }
  }

  /// This set if its precision is float32. Otherwise, the float32 set that this process uses by default.
  public var exact: Kernels { compute == .f32 ? self : .best }

  /// True if the set emulates an instruction in plain C. Such a set is slow and is used only by tests.
  private var isEmulation: Bool { table.is_emulation != 0 }

  /// The name of the set. The float32 sets are `avx512`, `amx`, `avx2`, `neon`, `portable` and `emulated`. The
  /// bfloat16 sets are `amx-bf16`, `avx512-bf16` and `emulated-bf16`.
  public var name: String { String(cString: table.name) }

  /// Returns the number of outputs that the kernel computes together in a linear layer with `inputs` inputs.
  func group(inputs: Int) -> Int { table.group(inputs) }

  /// Packs the weights of a linear layer. See ``PackedWeights/pack(_:count:first:)``.
  func pack(
    _ rows: UnsafePointer<Float>, count: Int, inputs: Int, into packed: UnsafeMutablePointer<Float>,
    first: Int
  ) {
    table.pack(rows, count, inputs, packed, first)
  }

  /// The last step of ``linear(_:_:outputs:ending:as:ofChannels:into:)``, applied to the sums.
  public enum Ending: Sendable {
    /// Stores the sums: y = x · weightsᵀ + bias.
    case store
    /// Stores the GELU of the sums: y = gelu(x · weightsᵀ + bias). GELU is computed in the exact form with erf.
    case gelu
    /// Adds the sums to the result, as at the end of a residual branch: y += x · weightsᵀ + bias.
    case add

    fileprivate var value: brgsa_ending {
      switch self {
      case .store: brgsa_ending_store
      case .gelu: brgsa_ending_gelu
      case .add: brgsa_ending_add
      }
    }
  }

  /// The memory layout of the channels of tokens. Sets that multiply tiles have their own layouts, which need as much
  /// memory as floats. In the other sets, every form is floats.
  public enum Form: Sendable {
    /// Plain floats. All functions except the products read and write this form.
    case floats
    /// The input of ``linear(_:_:outputs:ending:as:ofChannels:into:)``.
    case operand
    /// The inputs of ``attention(queries:keys:values:scale:scratch:into:)`` for one head.
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

  /// True if this set reads tokens with `channels` channels in this form, and if the form differs from floats.
  public func takes(_ form: Form, channels: Int) -> Bool {
    form != .floats && table.takes(form.value, channels) != 0
  }

  /// Converts floats to another form, in place.
  public func arrange(_ panels: TokenPanels, as form: Form) {
    arrange(panels, as: form, into: panels)
  }

  /// Converts floats to another form. `target` must have the shape of `source`. It must be the same memory or must
  /// not overlap.
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

  /// Applies a linear layer to all tokens of `x`, on this thread.
  ///
  /// `x` has `weights.inputs` channels in the form ``Form/operand``, and `result` has `weights.outputs` channels.
  /// Both must have the same number of tokens, and their memory must not overlap.
  ///
  /// - Parameters:
  ///   - outputs: The outputs to compute; nil for all. The first one must be a multiple of ``PackedWeights/group``.
  ///   - form: The form in which the result is stored.
  ///   - channels: Number of outputs that each reader of the result reads together; nil for all.
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

  /// Computes one attention head for one panel of queries, on this thread.
  ///
  /// `queries` and `context` have one panel. `keys` and `values` have the same tokens. All four have as many channels
  /// as the head. The keys are processed in blocks, with a running maximum and a running sum. The required memory
  /// therefore does not depend on the number of keys.
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

  /// Normalises each token of `x` over its channels, multiplies it by `gain`, adds `offset`, and writes it to
  /// `result`.
  ///
  /// `gain` and `offset` have the shape `[channels]`. `x` and `result` must have the same shape, and may be the same
  /// memory.
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

  /// Sets `products[i]` to the dot product of row i and `query`, on this thread.
  ///
  /// `rows` has the shape `[products.count, query.count]`. The summation error of each product is at most (width + 8)
  /// · 2⁻²⁴ · Σ|aᵢbᵢ|. Here, a and b are the numbers that were read, and width is `query.count`. With rounded rows,
  /// the rounding error is added to this.
  ///
  /// - Parameter precision: Selects whether the rounded or the original numbers of the rows are read.
  ///
  /// Safety: the caller owns the memory of all three buffers. No pointer is used after the call.
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

  /// Performs independent fused multiply-adds, in order to measure the peak performance of the processor.
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

  /// Computes `result` = `a` · `b`ᵀ, where `result` is `[m, n]`, `a` is `[m, k]` and `b` is `[n, k]`.
  public func multiply(_ a: MatrixView, transposed b: MatrixView, into result: MatrixView) {
    b.requireShape(result.columns, a.columns)
    result.requireShape(a.rows, b.rows)
    brgsa_sgemm(
      1, Int32(a.rows), Int32(b.rows), Int32(a.columns), 1, a.pointer, Int32(a.stride),
      b.pointer, Int32(b.stride), 0, result.pointer, Int32(result.stride))
  }

  /// Computes `result` = `a` · `b`, where `result` is `[m, n]`, `a` is `[m, k]` and `b` is `[k, n]`.
  public func multiply(_ a: MatrixView, _ b: MatrixView, into result: MatrixView) {
    b.requireShape(a.columns, result.columns)
    result.requireShape(a.rows, b.columns)
    brgsa_sgemm(
      0, Int32(a.rows), Int32(b.columns), Int32(a.columns), 1, a.pointer, Int32(a.stride),
      b.pointer, Int32(b.stride), 0, result.pointer, Int32(result.stride))
  }
}

/// The scratch memory that each thread needs for ``Kernels/attention(queries:keys:values:scale:scratch:into:)``.
public final class AttentionScratch {
  fileprivate let scores = FloatBuffer(
    count: Int(brgsa_key_block) * TokenPanels.width)

  /// Allocates scratch memory. It is large enough for heads of any width.
  public init() {}
}
