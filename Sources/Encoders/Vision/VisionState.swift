internal import Synchronization
internal import Tensors

/// Memory for one pass through the vision encoder. N is the number of patches and C the encoder's width.
///
/// `@unchecked Sendable`: concurrent tasks write different panels or channels, and each worker has its own scratch
/// memory.
final class VisionState: @unchecked Sendable {
  /// The residual stream, `[N + 1, C]`. Token 0 is the class token.
  let tokens: TokenPanels
  /// The queries of all heads, followed by all keys and all values, `[N + 1, 3C]`.
  let projections: TokenPanels
  /// The output of attention, with the heads one after another, `[N + 1, C]`.
  let context: TokenPanels
  /// The scratch memory of each worker.
  let scratch: [VisionScratch]

  private let memory: [FloatBuffer]

  /// - Parameter wide: The number of channels of the widest intermediate result. This is the hidden layer of the MLP or
  ///   the voxels of a patch.
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

/// Caches the memory of the last pass for the next pass of the same size. New memory would be slower, because each of
/// its pages causes a page fault.
final class VisionStateCache: Sendable {
  private let cached = Mutex<VisionState?>(nil)

  /// Removes and returns the cached memory; nil if it does not have this size. The caller returns it with
  /// ``store(_:)``.
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

/// Scratch memory of one worker for the panels of one task.
final class VisionScratch {
  let attention = AttentionScratch()
  private let narrow: FloatBuffer
  private let wide: FloatBuffer

  enum Place {
    /// For normalised tokens.
    case narrow
    /// For the hidden layer of the MLP, or for the voxels of patches.
    case wide
  }

  init(tokens: Int, width: Int, wide: Int) {
    narrow = FloatBuffer(uninitialized: TokenPanels.floats(tokens: tokens, channels: width))
    self.wide = FloatBuffer(uninitialized: TokenPanels.floats(tokens: tokens, channels: wide))
  }

  /// Returns a buffer for `channels` channels and the same number of tokens as `tokens`.
  func panels(_ place: Place, like tokens: TokenPanels, channels: Int) -> TokenPanels {
    TokenPanels(place == .narrow ? narrow : wide, tokens: tokens.tokens, channels: channels)
  }
}
