internal import Tensors

/// A transformer block of the vision encoder. It normalises before each step (pre-norm).
struct VisionBlock: Sendable {
  private let attentionNorm: LayerNorm
  private let projection: Linear
  private let output: Linear
  private let mlpNorm: LayerNorm
  private let expand: Linear
  private let contract: Linear

  init(
    _ file: SafetensorsFile, _ path: String, _ vision: ModelConfiguration.Vision,
    _ kernels: Kernels
  ) throws(ModelError) {
    let (width, hidden, epsilon) = (vision.width, vision.hidden, vision.normEpsilon)
    attentionNorm = try LayerNorm(file, "\(path).norm1", width: width, epsilon: epsilon)
    projection = try Linear(file, "\(path).attn.qkv", from: width, to: 3 * width, kernels)
    output = try Linear(file, "\(path).attn.proj", from: width, to: width, kernels)
    mlpNorm = try LayerNorm(file, "\(path).norm2", width: width, epsilon: epsilon)
    expand = try Linear(file, "\(path).mlp.fc1", from: width, to: hidden, kernels)
    contract = try Linear(file, "\(path).mlp.fc2", from: hidden, to: width, kernels)
  }

  /// Runs the block on the residual stream `state.tokens`, in place. All tokens attend to each other.
  ///
  /// - Parameter wanted: The panels whose tokens later steps need. Tokens in other panels serve only as keys and
  ///   values.
  func apply(
    to state: VisionState, wanted: Range<Int>, heads: Int, _ pool: WorkerPool, _ kernels: Kernels
  ) {
    let headWidth = state.tokens.channels / heads
    let isArranged = kernels.takes(.keys, channels: headWidth)
    project(
      state, state.joined, wanted: wanted, arrangedFor: isArranged ? headWidth : nil, pool, kernels)
    attend(state, wanted: wanted, heads: heads, pool, kernels)
    finish(state, state.joined, wanted: wanted, pool, kernels)
  }

  /// Runs the block on the residual stream `state.divided.tokens`, in place. Tokens attend to the tokens of their slab.
  func applyWithinSlabs(
    to state: VisionState, heads: Int, _ pool: WorkerPool, _ kernels: Kernels
  ) {
    let stream = state.divided
    let all = 0..<stream.tokens.count
    project(state, stream, wanted: all, arrangedFor: nil, pool, kernels)
    GroupedAttention.run(
      state.order.groups, heads: heads, projections: stream.projections,
      scratch: state.slabScratch, into: stream.context, pool, kernels)
    finish(state, stream, wanted: all, pool, kernels)
  }

  /// Computes the keys and values of all panels, and the queries of the wanted panels. Kernels that cannot skip queries
  /// compute them for all panels.
  ///
  /// - Parameter headWidth: Number of channels of a head if the results are stored in the form that attention reads;
  ///   nil to store floats.
  private func project(
    _ state: VisionState, _ stream: VisionStream, wanted: Range<Int>,
    arrangedFor headWidth: Int?, _ pool: WorkerPool, _ kernels: Kernels
  ) {
    let width = stream.tokens.channels
    let forms: [Kernels.Form] = [.queries, .keys, .values]
    pool.run(panels: stream.tokens.count) { panels, worker in
      let tokens = stream.tokens.panels(panels)
      let normalized = state.scratch[worker].panels(.narrow, like: tokens, channels: width)
      attentionNorm(tokens, into: normalized, kernels)
      kernels.arrange(normalized, as: .operand)
      let projections = stream.projections.panels(panels)
      let skips = !panels.overlaps(wanted) && width.isMultiple(of: projection.weights.group)
      guard let headWidth else {
        return projection(
          normalized, outputs: (skips ? width : 0)..<(3 * width), into: projections, kernels)
      }
      for (part, form) in forms.enumerated() where !skips || part > 0 {
        projection(
          normalized, outputs: part * width..<(part + 1) * width, as: form, ofChannels: headWidth,
          into: projections, kernels)
      }
    }
  }

  private func attend(
    _ state: VisionState, wanted: Range<Int>, heads: Int, _ pool: WorkerPool, _ kernels: Kernels
  ) {
    let stream = state.joined
    let width = stream.tokens.channels
    let headWidth = width / heads
    pool.run(tasks: heads * wanted.count) { task, worker in
      let head = task / wanted.count
      let panel = wanted.lowerBound + task % wanted.count
      let channels = head * headWidth..<(head + 1) * headWidth
      func part(_ index: Int) -> TokenPanels {
        let start = index * width + channels.lowerBound
        return stream.projections.channels(start..<(start + headWidth))
      }
      kernels.attention(
        queries: part(0).panels(panel..<(panel + 1)), keys: part(1), values: part(2),
        scale: 1 / Float(headWidth).squareRoot(), scratch: state.scratch[worker].attention,
        into: stream.context.channels(channels).panels(panel..<(panel + 1)))
    }
  }

  /// Performs the steps after attention. These steps process each token separately, so a task's tokens stay in the
  /// processor's cache throughout.
  private func finish(
    _ state: VisionState, _ stream: VisionStream, wanted: Range<Int>, _ pool: WorkerPool,
    _ kernels: Kernels
  ) {
    pool.run(panels: wanted.count) { offsets, worker in
      let panels =
        (wanted.lowerBound + offsets.lowerBound)..<(wanted.lowerBound + offsets.upperBound)
      let scratch = state.scratch[worker]
      let tokens = stream.tokens.panels(panels)
      kernels.arrange(stream.context.panels(panels), as: .operand)
      output(stream.context.panels(panels), ending: .add, into: tokens, kernels)
      let normalized = scratch.panels(.narrow, like: tokens, channels: tokens.channels)
      let hidden = scratch.panels(.wide, like: tokens, channels: expand.outputs)
      mlpNorm(tokens, into: normalized, kernels)
      kernels.arrange(normalized, as: .operand)
      expand(normalized, ending: .gelu, as: .operand, into: hidden, kernels)
      contract(hidden, ending: .add, into: tokens, kernels)
    }
  }
}
