/// An embedding with its bridge.
///
/// The bridge of an embedding is a mixture of the knowledge bank's rows with softmax weights. Below, v and v̂ are the
/// embedding and the bridge of a volume, and t and t̂ those of a text.
public struct BridgedEmbedding: Sendable, Equatable {
  /// The embedding, v or t.
  public let direct: Embedding
  /// The bridge, v̂ or t̂.
  public let bridged: Embedding

  /// Combines an embedding with its bridge.
  public init(direct: Embedding, bridged: Embedding) {
    self.direct = direct
    self.bridged = bridged
  }

  /// The vector (v/|v| + v̂/|v̂|)/2, whose length is at most 1. Its product with t/|t| is the mean of cos(v, t) and
  /// cos(v̂, t), so a search computes both cosines at once.
  package var searchRow: [Float] {
    zip(direct.values, bridged.values).map { direct, bridged in
      Float((Double(direct) / self.direct.norm + Double(bridged) / self.bridged.norm) / 2)
    }
  }
}

/// The score of a text for a volume: cosines that measure how well they match. Scores are not probabilities.
///
/// - Source: Lai et al., arXiv 2501.03565. The paper's score is the mean of the direct and the bridged cosine.
public struct ZeroShotScore: Sendable, Equatable {
  /// The direct cosine, cos(v, t).
  public let direct: Float
  /// The bridged cosine, cos(v̂, t).
  public let bridged: Float
  /// cos(v, t̂), used only in the ablation.
  public let directBridgedText: Float
  /// cos(v̂, t̂), used only in the ablation.
  public let bridgedBoth: Float

  /// The mean of ``direct`` and ``bridged``, which is the paper's score.
  public var mean: Float { (direct + bridged) / 2 }

  /// Computes the cosines between `volume` and `text`.
  public init(volume: BridgedEmbedding, text: BridgedEmbedding) {
    direct = volume.direct.cosine(text.direct)
    bridged = volume.bridged.cosine(text.direct)
    directBridgedText = volume.direct.cosine(text.bridged)
    bridgedBoth = volume.bridged.cosine(text.bridged)
  }
}
