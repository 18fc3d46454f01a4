/// An embedding and its bridge: the same point re-expressed as a softmax mixture of the knowledge bank.
public struct BridgedEmbedding: Sendable, Equatable {
  /// v or t.
  public let direct: Embedding
  /// v̂ or t̂.
  public let bridged: Embedding

  /// Makes a pair of an embedding and its bridge.
  public init(direct: Embedding, bridged: Embedding) {
    self.direct = direct
    self.bridged = bridged
  }

  /// (v/|v| + v̂/|v̂|)/2, no longer than 1: cos(v, t) and cos(v̂, t) in one product.
  package var searchRow: [Float] {
    zip(direct.values, bridged.values).map { direct, bridged in
      Float((Double(direct) / self.direct.norm + Double(bridged) / self.bridged.norm) / 2)
    }
  }
}

/// How well a text fits a volume: cosines, not probabilities.
///
/// - Source: Lai et al., arXiv 2501.03565: the score is the mean of the direct and the bridged cosine.
public struct ZeroShotScore: Sendable, Equatable {
  /// cos(v, t).
  public let direct: Float
  /// cos(v̂, t).
  public let bridged: Float
  /// cos(v, t̂), an ablation.
  public let directBridgedText: Float
  /// cos(v̂, t̂), an ablation.
  public let bridgedBoth: Float

  /// The score that the paper reports: the mean of ``direct`` and ``bridged``.
  public var mean: Float { (direct + bridged) / 2 }

  /// Scores `text` against `volume`.
  public init(volume: BridgedEmbedding, text: BridgedEmbedding) {
    direct = volume.direct.cosine(text.direct)
    bridged = volume.bridged.cosine(text.direct)
    directBridgedText = volume.direct.cosine(text.bridged)
    bridgedBoth = volume.bridged.cosine(text.bridged)
  }
}
