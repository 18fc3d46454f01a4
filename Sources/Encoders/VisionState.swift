internal import Tensors

/// The memory of one pass through the vision encoder.
///
/// `@unchecked Sendable`: tasks that run at the same time write different rows or columns of the
/// matrices, and each worker has its own scratch.
final class VisionState: @unchecked Sendable {
  /// `[N + 1, C]`, the residual stream; row 0 is the class token.
  let tokens: MatrixView
  /// `[N + 1, 3C]`: queries, keys and values of all heads side by side.
  let projections: MatrixView
  /// `[N + 1, C]`: what attention gathered, heads side by side.
  let context: MatrixView
  /// One for each worker.
  let scratch: [VisionScratch]

  private let memory: [FloatBuffer]

  init(tokens: Int, width: Int, hidden: Int, heads: Int, patchVoxels: Int, workers: Int) {
    let buffers = [width, 3 * width, width].map { FloatBuffer(count: tokens * $0) }
    self.tokens = MatrixView(buffers[0], rows: tokens, columns: width)
    projections = MatrixView(buffers[1], rows: tokens, columns: 3 * width)
    context = MatrixView(buffers[2], rows: tokens, columns: width)
    memory = buffers
    scratch = (0..<workers).map { _ in
      VisionScratch(width: width, wide: max(hidden, patchVoxels), headWidth: width / heads)
    }
  }
}

/// The memory of one worker for one block of rows.
final class VisionScratch {
  let attention: AttentionScratch
  private let width: Int
  private let narrow: FloatBuffer
  private let branch: FloatBuffer
  private let wide: FloatBuffer

  init(width: Int, wide: Int, headWidth: Int) {
    self.width = width
    narrow = FloatBuffer(count: WorkerPool.rowBlock * width)
    branch = FloatBuffer(count: WorkerPool.rowBlock * width)
    self.wide = FloatBuffer(count: WorkerPool.rowBlock * wide)
    attention = AttentionScratch(headWidth: headWidth)
  }

  /// `[rows, C]` for normalised tokens.
  func normalized(rows: Int) -> MatrixView { MatrixView(narrow, rows: rows, columns: width) }

  /// `[rows, C]` for the output of a residual branch.
  func branch(rows: Int) -> MatrixView { MatrixView(branch, rows: rows, columns: width) }

  /// `[rows, columns]` for the MLP's hidden layer or the voxels of patches.
  func wide(rows: Int, columns: Int) -> MatrixView {
    MatrixView(wide, rows: rows, columns: columns)
  }
}
