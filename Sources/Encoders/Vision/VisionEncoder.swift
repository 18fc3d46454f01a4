public import Tensors

/// The 3D vision transformer: converts a preprocessed CT volume to an embedding.
///
/// The configuration says whether blocks attend over the whole volume or within slabs of it.
///
/// - Source: ViT, arXiv 2010.11929; Lai et al., arXiv 2501.03565, section III; for slabs, Zhao et al., arXiv 2505.21862.
public struct VisionEncoder: Sendable {
  let patch: [Int]
  private let width: Int
  private let embedding: Int
  private let hidden: Int
  private let heads: Int
  private let patchProjection: Linear
  private let classToken: Tensor
  private let positions: PositionEmbedding
  private let blocks: [VisionBlock]
  /// The blocks that attend within slabs; empty if all blocks attend over the whole volume.
  private let slabBlocks: Set<Int>
  private let norm: LayerNorm
  private let embedder: Linear
  /// The kernels of the transformer blocks.
  private let kernels: Kernels
  /// The kernels of the layers before and after the blocks. They compute in single precision for each value of
  /// `Compute`, because these layers are less than two per cent of the work. Rounding the voxels would change scores
  /// most: air has the same value in thousands of voxels, so their errors add up.
  private let exact: Kernels
  private let stateCache = VisionStateCache()

  init(
    _ file: SafetensorsFile, _ configuration: ModelConfiguration, _ kernels: Kernels
  ) throws(ModelError) {
    self.kernels = kernels
    exact = kernels.exact
    let vision = configuration.vision
    let width = vision.width
    let path = "img_encoder.model"
    patch = vision.patch
    self.width = width
    embedding = configuration.embedding
    hidden = vision.hidden
    heads = vision.heads
    // The stride of this convolution equals its kernel, so it is a linear layer on the voxels of a patch.
    patchProjection = try Linear(
      file, joining: ["\(path).patch_embed.proj"], from: vision.patch.reduce(1, *), to: width,
      kernel: [1] + vision.patch, exact)
    classToken = try file.take("\(path).cls_token", shape: [1, 1, width])
    positions = try PositionEmbedding(
      file, "\(path).pos_embed", grid: vision.positionGrid, width: width)
    var blocks: [VisionBlock] = []
    for index in 0..<vision.depth {
      blocks.append(
        try VisionBlock(file, "\(path).blocks.\(index)", vision, kernels))
    }
    self.blocks = blocks
    slabBlocks =
      vision.partition.map { partition in
        Set(0..<vision.depth).subtracting(partition.joinedBlocks)
      } ?? []
    norm = try LayerNorm(file, "\(path).norm", width: width, epsilon: vision.finalNormEpsilon)
    embedder = try Linear(
      file, "img_encoder.global_embedder", from: width, to: configuration.embedding,
      hasBias: vision.headHasBias, exact)
  }

  /// Encodes one preprocessed CT volume.
  ///
  /// `input` has the shape `[X, Y, Z]`, with x as the slowest axis. Each size must be a multiple of the patch's size.
  ///
  /// - Parameters:
  ///   - progress: Called before each block with the completed fraction, from 0 to 1. Return false to stop.
  /// - Returns: The embedding v `[C]`, which is not normalised; nil if `progress` stopped the work.
  /// - Complexity: 24 · blocks · N · C² + 4 · blocks · N² · C floating-point operations for N patches if all blocks attend
  ///   over the whole volume. Blocks that attend within S slabs need 4 · N² · C / S. The last block needs fewer, because
  ///   only the class token is used after it; see ``operations(for:)``.
  public func encode(
    _ input: Tensor, on pool: WorkerPool, progress: (Double) -> Bool = { _ in true }
  ) -> [Float]? {
    // After the last block, only the class token is needed. It lies in the first panel.
    withState(of: input, panelsWanted: 1, pool, progress) { summarize($0) }
  }

  /// Encodes one preprocessed CT volume, computes its profile, and embeds its patches if requested.
  ///
  /// - Parameters:
  ///   - layers: The indices of the blocks whose input is pooled, from 0 and ascending.
  ///   - embedsPatches: True to embed the patches, too. This does not change the bits of v.
  /// - Returns: The embedding v, the profile and the patch embeddings; nil if `progress` stopped the work. The profile
  ///   has `[2 · C]` numbers for each layer: the means of all channels over the patches, then their population standard
  ///   deviations.
  public func encode(
    _ input: Tensor, profiling layers: [Int], embedsPatches: Bool = false, on pool: WorkerPool,
    progress: (Double) -> Bool = { _ in true }
  ) -> (values: [Float], profile: [Double], patches: PatchEmbeddings?)? {
    var profile: [Double] = []
    let encoded = withState(
      of: input, panelsWanted: embedsPatches ? nil : 1, pool, progress,
      before: { block, state in
        if layers.contains(block) { profile += TokenProfile.pooled(state.tokens) }
      },
      { state in
        (
          values: summarize(state),
          patches: embedsPatches
            ? PatchEmbeddings(rounding: embedTokens(state, pool), state.order) : nil
        )
      })
    return encoded.map { ($0.values, profile, $0.patches) }
  }

  /// Embeds the patches of a preprocessed CT volume.
  ///
  /// - Returns: The patch embeddings, with the same bits as from ``encode(_:profiling:embedsPatches:on:progress:)``;
  ///   nil if `progress` stopped the work.
  /// - Source: ModelSpecification.md, "Vision encoder" and "Heat maps".
  public func patchEmbeddings(
    _ input: Tensor, on pool: WorkerPool, progress: (Double) -> Bool = { _ in true }
  ) -> PatchEmbeddings? {
    withState(of: input, panelsWanted: nil, pool, progress) {
      PatchEmbeddings(rounding: embedTokens($0, pool), $0.order)
    }
  }

  /// Computes the similarity of each patch to each text without rounding the patch embeddings. Tests compare
  /// ``PatchEmbeddings`` with the result.
  ///
  /// `input` is as for ``encode(_:on:progress:)``. Each text is an embedding `[C]`.
  ///
  /// - Returns: The cosine cos(p, t) of each text t with each patch, shape `[texts][N]`; nil if `progress` stopped the
  ///   work. p is computed from the patch's token by the normalisation and the layer that compute v from the class
  ///   token. The cosine with an embedding of length 0 is 0. In the order of the patches, x is the slowest axis.
  package func patchSimilarities(
    _ input: Tensor, to texts: [[Float]], on pool: WorkerPool,
    progress: (Double) -> Bool = { _ in true }
  ) -> [[Float]]? {
    withState(of: input, panelsWanted: nil, pool, progress) { state in
      let tokens = embedTokens(state, pool)
      let patches = (0..<state.order.count).map {
        PatchSimilarity.Token(tokens.token(1 + state.order.place(of: $0)).elements)
      }
      return texts.map { text in
        let direction = PatchSimilarity.direction(text, width: embedding)
        return patches.map { $0.cosine(direction) }
      }
    }
  }

  /// Returns the number of patches along x, y and z in an input of this shape.
  public func patchGrid(of shape: [Int]) -> [Int] { grid(of: shape) }

  /// Runs all blocks and passes the resulting state to `body`.
  ///
  /// - Parameters:
  ///   - panelsWanted: The number of panels that are needed after the last block; nil for all.
  ///   - look: Called before each block with the block's index and the current state.
  private func withState<Output>(
    of input: Tensor, panelsWanted: Int?, _ pool: WorkerPool, _ progress: (Double) -> Bool,
    before look: (Int, VisionState) -> Void = { _, _ in }, _ body: (VisionState) -> Output
  ) -> Output? {
    let order = PatchOrder(grid: grid(of: input.shape), isDivided: !slabBlocks.isEmpty)
    let state =
      stateCache.take(order, workers: pool.threads)
      ?? VisionState(
        order, width: width, heads: heads, wide: max(hidden, width, patch.reduce(1, *)),
        workers: pool.threads)
    defer { stateCache.store(state) }
    embedPatches(of: input, into: state, pool)
    var isDivided = false
    for (index, block) in blocks.enumerated() {
      guard progress(Double(index) / Double(blocks.count)) else { return nil }
      if slabBlocks.contains(index) != isDivided {
        isDivided ? state.joinClassTokens() : state.divideClassToken()
        isDivided.toggle()
      }
      look(index, state)
      if isDivided {
        block.applyWithinSlabs(to: state, heads: heads, pool, kernels)
      } else {
        let isLast = index == blocks.count - 1
        let wanted = (isLast ? panelsWanted : nil) ?? state.tokens.count
        block.apply(to: state, wanted: 0..<wanted, heads: heads, pool, kernels)
      }
    }
    if isDivided { state.joinClassTokens() }
    return body(state)
  }

  /// Returns the number of floating-point operations that ``encode(_:on:progress:)`` needs for a volume of `shape`.
  ///
  /// `full` counts all tokens in all blocks. `done` omits operations that are skipped because the result does not need
  /// them.
  public func operations(for shape: [Int]) -> (full: Double, done: Double) {
    let order = PatchOrder(grid: grid(of: shape), isDivided: !slabBlocks.isEmpty)
    let tokens = Double(1 + order.count)
    let (width, hidden) = (Double(width), Double(hidden))
    let panel = min(Double(TokenPanels.width), tokens)
    func projections(_ outputs: Double, _ rows: Double) -> Double { 2 * rows * width * outputs }
    func others(_ rows: Double, attendingTo keys: Double) -> Double {
      4 * rows * keys * width + 2 * rows * width * width + 4 * rows * width * hidden
    }
    let embedding = 2 * (tokens - 1) * Double(patch.reduce(1, *)) * width
    let block = projections(3 * width, tokens) + others(tokens, attendingTo: tokens)
    let all = Double(order.tokens)
    let slab = all / Double(order.slabs)
    let slabBlock = projections(3 * width, all) + others(all, attendingTo: slab)
    let full = blocks.indices.reduce(embedding) {
      $0 + (slabBlocks.contains($1) ? slabBlock : block)
    }
    guard !slabBlocks.contains(blocks.count - 1) else { return (full, full) }
    let last =
      projections(2 * width, tokens) + projections(width, panel)
      + others(panel, attendingTo: tokens)
    return (full, full - block + last)
  }

  private func grid(of shape: [Int]) -> [Int] { zip(shape, patch).map { $0 / $1 } }

  private func embedPatches(
    of input: Tensor, into state: VisionState, _ pool: WorkerPool
  ) {
    let order = state.order
    let cutter = PatchCutter(input: input, patch: patch, grid: order.grid)
    let table = positions.resized(to: order.grid)
    pool.run(panels: state.tokens.count) { panels, worker in
      let tokens = state.tokens.panels(panels)
      let patches = state.scratch[worker].panels(.wide, like: tokens, channels: cutter.voxels)
      // Token 0 is the class token. The patches follow in their order in memory.
      let first = panels.lowerBound * TokenPanels.width - 1
      for index in 0..<tokens.tokens where first + index >= 0 {
        cutter.copy(patch: order.patch(at: first + index), to: patches.token(index))
      }
      if first < 0 { patches.token(0).clear() }
      exact.arrange(patches, as: .operand)
      patchProjection(patches, into: tokens, exact)
      for index in 0..<tokens.tokens where first + index >= 0 {
        table.add(position: order.patch(at: first + index), to: tokens.token(index))
      }
      if first < 0 {
        classToken.withElements { tokens.token(0).update(from: $0) }
        positions.addClassPosition(to: tokens.token(0))
      }
    }
  }

  /// Applies the normalisation and the layer that compute v from the class token to all tokens.
  ///
  /// - Returns: The embeddings `[N + 1, embedding]`. The embeddings of the patches follow that of the class token, in
  ///   their order in memory.
  private func embedTokens(_ state: VisionState, _ pool: WorkerPool) -> TokenPanels {
    let embeddings = state.embeddings(channels: embedding)
    pool.run(panels: state.tokens.count) { panels, worker in
      let tokens = state.tokens.panels(panels)
      let normalized = state.scratch[worker].panels(.narrow, like: tokens, channels: width)
      norm(tokens, into: normalized, exact)
      exact.arrange(normalized, as: .operand)
      embedder(normalized, into: embeddings.panels(panels), exact)
    }
    return embeddings
  }

  private func summarize(_ state: VisionState) -> [Float] {
    let memory = [width, embedding].map {
      FloatBuffer(uninitialized: TokenPanels.floats(tokens: 1, channels: $0))
    }
    let normalized = TokenPanels(memory[0], tokens: 1, channels: width)
    let result = TokenPanels(memory[1], tokens: 1, channels: embedding)
    return withExtendedLifetime(memory) {
      normalized.token(0).update(from: state.tokens.token(0))
      norm(normalized, into: normalized, exact)
      exact.arrange(normalized, as: .operand)
      embedder(normalized, into: result, exact)
      return result.token(0).elements
    }
  }
}
