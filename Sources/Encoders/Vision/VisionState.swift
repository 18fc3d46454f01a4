internal import Synchronization
internal import Tensors

/// The memory of one pass through the vision encoder.
///
/// `@unchecked Sendable`: concurrent tasks write different panels or channels, and each worker has
/// its own scratch.
final class VisionState: @unchecked Sendable {
  /// `[N + 1, C]`, the residual stream; token 0 is the class token.
  let tokens: TokenPanels
  /// `[N + 1, 3C]`: queries, keys and values of all heads, adjacent.
  let projections: TokenPanels
  /// `[N + 1, C]`: the result of attention, heads adjacent.
  let context: TokenPanels
  /// One for each worker.
  let scratch: [VisionScratch]

  private let memory: [FloatBuffer]

  /// - Parameter wide: Channels of the widest layer in between: the MLP's hidden layer or the
  ///   voxels of a patch.
  init(tokens: Int, width: Int, wide: Int, workers: Int) {
    let memory = [width, 3 * width, width].map {
      FloatBuffer(uninitialized: TokenPanels.floats(tokens: tokens, channels: $0))
    }
    self.tokens = TokenPanels(memory[0], tokens: tokens, channels: width)
    projections = TokenPanels(memory[1], tokens: tokens, channels: 3 * width)
    context = TokenPanels(memory[2], tokens: tokens, channels: width)
    self.memory = memory
    let most = min(tokens, WorkerPool.panelsPerTask * TokenPanels.width)
    scratch = (0..<workers).map { _ in VisionScratch(tokens: most, width: width, wide: wide) }
  }
}

/// Caches the memory of the last pass for the next one of the same size: new memory costs a page
/// fault for each page.
final class VisionStateCache: Sendable {
  private let cached = Mutex<VisionState?>(nil)

  /// The cached memory, if it fits; it is then in use until it is returned.
  func take(tokens: Int, workers: Int) -> VisionState? {
    cached.withLock { kept in
      guard let state = kept, state.tokens.tokens == tokens, state.scratch.count == workers else {
        return nil
      }
      kept = nil
      return state
    }
  }

  func store(_ state: VisionState) { cached.withLock { $0 = state } }
}

/// The memory of one worker for the panels of one task.
final class VisionScratch {
  let attention = AttentionScratch()
  private let narrow: FloatBuffer
  private let wide: FloatBuffer

  enum Place {
    /// Normalised tokens.
    case narrow
    /// The MLP's hidden layer or the voxels of patches.
    case wide
  }

  init(tokens: Int, width: Int, wide: Int) {
    narrow = FloatBuffer(uninitialized: TokenPanels.floats(tokens: tokens, channels: width))
    self.wide = FloatBuffer(uninitialized: TokenPanels.floats(tokens: tokens, channels: wide))
  }

  /// Memory for as many tokens as `tokens` has.
  func panels(_ place: Place, like tokens: TokenPanels, channels: Int) -> TokenPanels {
    TokenPanels(place == .narrow ? narrow : wide, tokens: tokens.tokens, channels: channels)
  }
}
