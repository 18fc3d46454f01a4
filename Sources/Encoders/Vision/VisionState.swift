internal import Synchronization
internal import Tensors

/// Memory for one pass through the vision encoder. N is the number of patches and C the encoder's width.
///
/// If the patches are divided into S slabs, the class tokens of slabs 1 to S − 1 follow the patches. Blocks that attend
/// over the whole volume use only the first N + 1 tokens.
///
/// `@unchecked Sendable`: concurrent tasks write different panels or channels, and each worker has its own scratch
/// memory.
final class VisionState: @unchecked Sendable {
  /// The order of the patches.
  let order: PatchOrder
  /// The class token and the patches.
  let joined: VisionStream
  /// All tokens. Equal to ``joined`` if the patches are not divided.
  let divided: VisionStream
  /// The scratch memory of each worker.
  let scratch: [VisionScratch]
  /// The scratch memory of each worker for attention within slabs; empty if the patches are not divided.
  let slabScratch: [GroupScratch]

  /// The residual stream of the class token and the patches, `[N + 1, C]`. Token 0 is the class token.
  var tokens: TokenPanels { joined.tokens }
  /// The output of attention of the same tokens, `[N + 1, C]`.
  var context: TokenPanels { joined.context }

  private let memory: [FloatBuffer]
  private var embeddingMemory: FloatBuffer?

  /// - Parameter wide: The number of channels of the widest intermediate result. This is the hidden layer of the MLP or
  ///   the voxels of a patch.
  init(_ order: PatchOrder, width: Int, heads: Int, wide: Int, workers: Int) {
    self.order = order
    let tokens = order.tokens
    let memory = [width, 3 * width, width].map {
      FloatBuffer(uninitialized: TokenPanels.floats(tokens: tokens, channels: $0))
    }
    divided = VisionStream(
      tokens: TokenPanels(memory[0], tokens: tokens, channels: width),
      projections: TokenPanels(memory[1], tokens: tokens, channels: 3 * width),
      context: TokenPanels(memory[2], tokens: tokens, channels: width))
    joined = divided.prefix(order.count + 1)
    self.memory = memory
    let most = min(tokens, WorkerPool.panelsPerTask * TokenPanels.width)
    scratch = (0..<workers).map { _ in VisionScratch(tokens: most, width: width, wide: wide) }
    let slab = order.count / order.slabs + 1
    slabScratch =
      order.isDivided
      ? (0..<workers).map { _ in GroupScratch(tokens: slab, headWidth: width / heads) } : []
  }

  /// Copies the class token to each slab.
  func divideClassToken() {
    for slab in 1..<max(order.slabs, 1) {
      divided.tokens.token(order.classToken(of: slab)).update(from: divided.tokens.token(0))
    }
  }

  /// Replaces the class token by the mean of the slabs' class tokens.
  func joinClassTokens() {
    let tokens = (0..<order.slabs).map { divided.tokens.token(order.classToken(of: $0)) }
    let result = divided.tokens.token(0)
    for channel in 0..<result.count {
      let sum = tokens.reduce(0.0) { $0 + Double($1[channel]) }
      result[channel] = Float(sum / Double(tokens.count))
    }
  }

  /// Returns memory for the embeddings of the class token and the patches, `[N + 1, channels]`. It is the memory of
  /// ``context`` if that has as many channels. The blocks no longer need it.
  func embeddings(channels: Int) -> TokenPanels {
    guard channels != context.channels else { return context }
    let floats = TokenPanels.floats(tokens: tokens.tokens, channels: channels)
    let buffer = embeddingMemory ?? FloatBuffer(uninitialized: floats)
    embeddingMemory = buffer
    return TokenPanels(buffer, tokens: tokens.tokens, channels: channels)
  }
}

/// Views of the memory that the blocks process. n is the number of tokens.
struct VisionStream: Sendable {
  /// The residual stream, `[n, C]`.
  let tokens: TokenPanels
  /// The queries of all heads, followed by all keys and all values, `[n, 3C]`.
  let projections: TokenPanels
  /// The output of attention, with the heads one after another, `[n, C]`.
  let context: TokenPanels

  /// Returns views of the first `count` tokens.
  func prefix(_ count: Int) -> VisionStream {
    VisionStream(
      tokens: tokens.prefix(count), projections: projections.prefix(count),
      context: context.prefix(count))
  }
}

/// Caches the memory of the last pass for the next pass of the same size. New memory would be slower, because each of
/// its pages causes a page fault.
final class VisionStateCache: Sendable {
  private let cached = Mutex<VisionState?>(nil)

  /// Removes and returns the cached memory; nil if it does not have this size. The caller returns it with
  /// ``store(_:)``.
  func take(_ order: PatchOrder, workers: Int) -> VisionState? {
    cached.withLock { kept in
      guard let state = kept, state.order == order, state.scratch.count == workers else {
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
