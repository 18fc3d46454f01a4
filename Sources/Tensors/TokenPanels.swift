internal import CKernels

/// Tokens with their channels in borrowed memory, laid out for vectors: a panel has 48 tokens, and
/// the 48 floats of each channel are contiguous.
///
/// The element of token t and channel c is float `t / 48 · stride + c · 48 + t % 48`. A vector
/// holds one channel of neighbouring tokens, so no arithmetic mixes two tokens: a token's bits do
/// not depend on its neighbours or its position. The lanes after the last token are undefined.
///
/// Safety: the maker of a view keeps the memory alive while the view is used. Concurrent tasks get
/// views whose written elements do not overlap.
///
/// `@unchecked Sendable`: a view is an address; ``WorkerPool`` tasks write disjoint elements by the
/// rule above.
public struct TokenPanels: @unchecked Sendable {
  /// The float of token 0 and channel 0.
  public let pointer: UnsafeMutablePointer<Float>
  /// Number of tokens, at least one.
  public let tokens: Int
  /// Number of channels.
  public let channels: Int
  /// Distance between two panels, in floats.
  let stride: Int

  /// Tokens in a panel.
  public static let width = Int(brgsa_panel_width)

  /// Floats that `tokens` tokens need, including those after the end that a kernel may read.
  public static func floats(tokens: Int, channels: Int) -> Int {
    count(of: tokens) * width * channels + Int(brgsa_panel_slack)
  }

  /// Panels that `tokens` tokens fill.
  public static func count(of tokens: Int) -> Int { (tokens + width - 1) / width }

  /// The start of `buffer`, which must hold ``floats(tokens:channels:)``.
  public init(_ buffer: FloatBuffer, tokens: Int, channels: Int) {
    precondition(tokens > 0 && channels > 0, "Panels of \(tokens) tokens x \(channels) channels")
    precondition(
      Self.floats(tokens: tokens, channels: channels) <= buffer.count,
      "\(tokens) tokens x \(channels) channels in \(buffer.count) floats")
    self.init(
      pointer: buffer.pointer, tokens: tokens, channels: channels, stride: channels * Self.width)
  }

  private init(pointer: UnsafeMutablePointer<Float>, tokens: Int, channels: Int, stride: Int) {
    self.pointer = pointer
    self.tokens = tokens
    self.channels = channels
    self.stride = stride
  }

  /// Number of panels.
  public var count: Int { Self.count(of: tokens) }

  /// Tokens of the last panel, 1 to 48.
  var tokensInLast: Int { tokens - (count - 1) * Self.width }

  /// The panels in `range`, which is not empty.
  public func panels(_ range: Range<Int>) -> TokenPanels {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count && !range.isEmpty,
      "Panels \(range) of \(count)")
    return TokenPanels(
      pointer: pointer + range.lowerBound * stride,
      tokens: min(range.upperBound * Self.width, tokens) - range.lowerBound * Self.width,
      channels: channels, stride: stride)
  }

  /// The channels in `range` of all tokens.
  public func channels(_ range: Range<Int>) -> TokenPanels {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= channels && !range.isEmpty,
      "Channels \(range) of \(channels)")
    return TokenPanels(
      pointer: pointer + range.lowerBound * Self.width, tokens: tokens, channels: range.count,
      stride: stride)
  }

  /// The channels of one token, ``width`` floats apart.
  public func token(_ index: Int) -> TokenColumn {
    precondition(index >= 0 && index < tokens, "Token \(index) of \(tokens)")
    return TokenColumn(
      pointer: pointer + index / Self.width * stride + index % Self.width, count: channels)
  }
}

/// The channels of one token in ``TokenPanels``.
///
/// Safety: valid as long as the panels' memory.
public struct TokenColumn {
  private let pointer: UnsafeMutablePointer<Float>
  /// Number of channels.
  public let count: Int

  fileprivate init(pointer: UnsafeMutablePointer<Float>, count: Int) {
    self.pointer = pointer
    self.count = count
  }

  /// One channel.
  public subscript(_ channel: Int) -> Float {
    get {
      precondition(channel >= 0 && channel < count, "Channel \(channel) of \(count)")
      return pointer[channel * TokenPanels.width]
    }
    nonmutating set {
      precondition(channel >= 0 && channel < count, "Channel \(channel) of \(count)")
      pointer[channel * TokenPanels.width] = newValue
    }
  }

  /// All channels.
  public var elements: [Float] { (0..<count).map { pointer[$0 * TokenPanels.width] } }

  /// Sets all channels to 0.
  public func clear() {
    for channel in 0..<count { pointer[channel * TokenPanels.width] = 0 }
  }

  /// Copies as many floats as there are channels.
  public func update(from elements: UnsafeBufferPointer<Float>) {
    precondition(elements.count == count, "\(elements.count) floats for \(count) channels")
    for channel in 0..<count { pointer[channel * TokenPanels.width] = elements[channel] }
  }

  /// Copies the channels of `other`, which has as many.
  public func update(from other: TokenColumn) {
    precondition(other.count == count, "\(other.count) channels for \(count)")
    for channel in 0..<count {
      pointer[channel * TokenPanels.width] = other.pointer[channel * TokenPanels.width]
    }
  }
}
