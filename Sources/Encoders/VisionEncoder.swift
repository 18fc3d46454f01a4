public import Tensors

/// The 3D vision transformer: a prepared CT volume in, its embedding out.
///
/// - Source: Lai et al., arXiv 2501.03565, section III; ViT, arXiv 2010.11929.
public struct VisionEncoder: Sendable {
  let patch: [Int]
  private let width: Int
  private let hidden: Int
  private let heads: Int
  private let patchProjection: Linear
  private let classToken: Tensor
  private let positions: PositionEmbedding
  private let blocks: [VisionBlock]
  private let norm: LayerNorm
  private let embedder: Linear

  init(_ file: SafetensorsFile, _ configuration: ModelConfiguration) throws(ModelError) {
    let vision = configuration.vision
    let width = configuration.embedding
    let path = "img_encoder.model"
    patch = vision.patch
    self.width = width
    hidden = vision.hidden
    heads = vision.heads
    patchProjection = try Linear(convolution: file, "\(path).patch_embed.proj", patch, to: width)
    classToken = try file.take("\(path).cls_token", shape: [1, 1, width])
    positions = try PositionEmbedding(
      file, "\(path).pos_embed", grid: vision.positionGrid, width: width)
    var blocks: [VisionBlock] = []
    for index in 0..<vision.depth {
      blocks.append(
        try VisionBlock(file, "\(path).blocks.\(index)", width: width, hidden: vision.hidden))
    }
    self.blocks = blocks
    norm = try LayerNorm(file, "\(path).norm", width: width, epsilon: 1e-5)
    embedder = try Linear(file, "img_encoder.global_embedder", from: width, to: width)
  }

  /// Encodes one prepared CT volume.
  ///
  /// Shapes: `input` `[X, Y, Z]` (x slowest), each a multiple of the patch; result `[C]`, not normalised.
  ///
  /// - Parameters:
  ///   - progress: Called after each block with the share that is done; return false to stop.
  /// - Returns: v, or nil if `progress` stopped the work.
  /// - Complexity: 24·blocks·N·C² + 4·blocks·N²·C floating-point operations for N patches.
  public func encode(
    _ input: Tensor, on pool: WorkerPool, progress: (Double) -> Bool = { _ in true }
  ) -> [Float]? {
    let grid = zip(input.shape, patch).map { $0 / $1 }
    let tokens = 1 + grid.reduce(1, *)
    let kernels = Kernels.best
    let state = VisionState(
      tokens: tokens, width: width, hidden: hidden, heads: heads, patchVoxels: patch.reduce(1, *),
      workers: pool.threads)
    embedPatches(of: input, grid: grid, into: state, pool, kernels)
    for (index, block) in blocks.enumerated() {
      guard progress(Double(index) / Double(blocks.count)) else { return nil }
      block.apply(to: state, heads: heads, pool, kernels)
    }
    return summarize(state, kernels)
  }

  private func embedPatches(
    of input: Tensor, grid: [Int], into state: VisionState, _ pool: WorkerPool, _ kernels: Kernels
  ) {
    let classRow = state.tokens.row(0)
    classToken.withElements { _ = classRow.update(from: $0) }
    positions.addClassPosition(to: classRow)
    let patchRows = state.tokens.rows(1..<state.tokens.rows)
    let cutter = PatchCutter(input: input, patch: patch, grid: grid)
    let table = positions.resized(to: grid)
    pool.run(rows: patchRows.rows) { block, worker in
      let patches = state.scratch[worker].wide(
        rows: block.count, columns: cutter.voxels)
      for (row, index) in block.enumerated() { cutter.copy(patch: index, to: patches.row(row)) }
      let result = patchRows.rows(block)
      patchProjection(patches, into: result, kernels)
      for (row, index) in block.enumerated() { table.add(position: index, to: result.row(row)) }
    }
  }

  private func summarize(_ state: VisionState, _ kernels: Kernels) -> [Float] {
    let scratch = FloatBuffer(count: 2 * width)
    let first = MatrixView(scratch.pointer, rows: 1, columns: width, stride: width)
    let second = MatrixView(scratch.pointer + width, rows: 1, columns: width, stride: width)
    return withExtendedLifetime(scratch) {
      norm(state.tokens.rows(0..<1), into: first, kernels)
      embedder(first, into: second, kernels)
      return Array(second.row(0))
    }
  }
}

extension Linear {
  /// A convolution whose stride is its kernel is a linear layer over the voxels of a patch.
  fileprivate init(
    convolution file: SafetensorsFile, _ path: String, _ patch: [Int], to outputs: Int
  ) throws(ModelError) {
    weight = try file.take("\(path).weight", shape: [outputs, 1] + patch)
    bias = try file.take("\(path).bias", shape: [outputs])
  }
}
