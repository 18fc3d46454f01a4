internal import Tensors

/// Computes the profile of a volume: statistics of its patches that do not depend on the patches' positions.
enum TokenProfile {
  /// Returns the mean and the population standard deviation of each channel over all tokens except token 0, the class
  /// token.
  ///
  /// `tokens` contains 1 + N tokens of C channels, with N ≥ 1. The result has the shape `[2 · C]`: first all means,
  /// then all deviations. Sums are computed in double precision in the order of the tokens, so the bits do not depend
  /// on the number of threads.
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
