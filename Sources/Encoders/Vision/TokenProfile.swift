internal import Tensors

/// The average appearance of a volume's patches, independent of their positions.
enum TokenProfile {
  /// Mean and population standard deviation of each channel over all tokens except the class token,
  /// token 0.
  ///
  /// Shapes: `tokens` has 1 + N tokens of C channels, N at least 1; result `[2 · C]`, means first. Summed in double
  /// precision in the order of the tokens, so that the bits do not depend on threads.
  static func pooled(_ tokens: TokenPanels) -> [Double] {
    let patches = 1..<max(tokens.tokens, 1)
    let count = Double(max(patches.count, 1))
    var means = [Double](repeating: 0, count: tokens.channels)
    for index in patches {
      let token = tokens.token(index)
      for channel in means.indices { means[channel] += Double(token[channel]) }
    }
    for channel in means.indices { means[channel] /= count }
    var squares = [Double](repeating: 0, count: tokens.channels)
    for index in patches {
      let token = tokens.token(index)
      for channel in squares.indices {
        let deviation = Double(token[channel]) - means[channel]
        squares[channel] += deviation * deviation
      }
    }
    return means + squares.map { ($0 / count).squareRoot() }
  }
}
