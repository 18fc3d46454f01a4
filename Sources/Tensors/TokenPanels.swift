internal import CKernels

/// A view of tokens and their channels, in a layout for vector instructions.
///
/// The tokens are divided into panels of 48. Within a panel, the 48 floats of each channel are contiguous. The
/// element of token t and channel c is therefore the float `t / 48 · stride + c · 48 + t % 48`. In the last panel,
/// the floats after the last token are undefined.
///
/// A vector instruction processes one channel of neighbouring tokens, and no computation mixes two tokens. The result
/// of a token therefore has the same bits for any neighbours and any position.
///
/// Safety: the view does not own the memory. The code that makes a view must keep the memory alive while the view is
/// used. Concurrent tasks must not write the same elements.
///
/// `@unchecked Sendable`: a view is only an address. According to the rule above, concurrent tasks write different
/// elements.
public struct TokenPanels: @unchecked Sendable {
  /// The address of token 0 and channel 0.
  public let pointer: UnsafeMutablePointer<Float>
  /// Number of tokens, at least 1.
  public let tokens: Int
  /// Number of channels.
  public let channels: Int
  /// Distance between the starts of two neighbouring panels, in floats.
  let stride: Int

  /// Number of tokens in a panel.
  public static let width = Int(brgsa_panel_width)

  /// Returns the number of floats that a buffer for `tokens` tokens needs. It includes floats after the end that a
  /// kernel may read.
  public static func floats(tokens: Int, channels: Int) -> Int {
    count(of: tokens) * width * channels + Int(brgsa_panel_slack)
  }

  /// Returns the number of panels that contain `tokens` tokens.
  public static func count(of tokens: Int) -> Int { (tokens + width - 1) / width }

  /// Makes a view of the start of `buffer`, which must have at least ``floats(tokens:channels:)`` floats.
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

  /// Number of tokens in the last panel, from 1 to 48.
  var tokensInLast: Int { tokens - (count - 1) * Self.width }

  /// Returns a view of the panels in `range`, which must not be empty.
  public func panels(_ range: Range<Int>) -> TokenPanels {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count && !range.isEmpty,
      "Panels \(range) of \(count)")
    return TokenPanels(
      pointer: pointer + range.lowerBound * stride,
      tokens: min(range.upperBound * Self.width, tokens) - range.lowerBound * Self.width,
      channels: channels, stride: stride)
  }

  /// Returns a view of the first `count` tokens, at least 1.
  public func prefix(_ count: Int) -> TokenPanels {
    precondition(count > 0 && count <= tokens, "The first \(count) of \(tokens) tokens")
    return TokenPanels(pointer: pointer, tokens: count, channels: channels, stride: stride)
  }

  /// Returns a view of the channels in `range`, for all tokens. `range` must not be empty.
  public func channels(_ range: Range<Int>) -> TokenPanels {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= channels && !range.isEmpty,
      "Channels \(range) of \(channels)")
    return TokenPanels(
      pointer: pointer + range.lowerBound * Self.width, tokens: tokens, channels: range.count,
      stride: stride)
  }

  /// Returns a view of all channels of one token. In memory, neighbouring channels are ``width`` floats apart.
  public func token(_ index: Int) -> TokenColumn {
    precondition(index >= 0 && index < tokens, "Token \(index) of \(tokens)")
    return TokenColumn(
      pointer: pointer + index / Self.width * stride + index % Self.width, count: channels)
  }
}

/// A view of the channels of one token in ``TokenPanels``.
///
/// Safety: the view is valid as long as the memory of the panels.
public struct TokenColumn {
  private let pointer: UnsafeMutablePointer<Float>
  /// Number of channels.
  public let count: Int

  fileprivate init(pointer: UnsafeMutablePointer<Float>, count: Int) {
    self.pointer = pointer
    self.count = count
  }

  /// The value of one channel.
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

  /// A copy of the values of all channels.
  public var elements: [Float] { (0..<count).map { pointer[$0 * TokenPanels.width] } }

  /// Sets all channels to 0.
  public func clear() {
    for channel in 0..<count { pointer[channel * TokenPanels.width] = 0 }
  }

  /// Sets all channels to `elements`, which must have one value for each channel.
  public func update(from elements: UnsafeBufferPointer<Float>) {
    precondition(elements.count == count, "\(elements.count) floats for \(count) channels")
    for channel in 0..<count { pointer[channel * TokenPanels.width] = elements[channel] }
  }

  /// Copies all channels from `other`, which must have the same number of channels.
  public func update(from other: TokenColumn) {
    precondition(other.count == count, "\(other.count) channels for \(count)")
    for channel in 0..<count {
      pointer[channel * TokenPanels.width] = other.pointer[channel * TokenPanels.width]
    }
  }
}
