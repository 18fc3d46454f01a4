public import Embeddings
internal import Encoders
internal import Glibc

/// A rule that converts the cosines of a finding's texts to scores. A model has one rule, which is chosen when it is
/// loaded.
public protocol FindingScorer: Sendable {
  /// True if each finding needs a text that denies it.
  var needsNegative: Bool { get }
  /// The sentence of the notice that says what a score is not.
  var reservation: String { get }

  /// Returns the score of one text. `negative` has the cosines of the text that denies the finding.
  func score(_ text: ZeroShotScore, negative: ZeroShotScore?) -> Float

  /// Returns the finding's score minus that of the text that denies it; nil if the rule has no such difference.
  func margin(_ score: Float, negative: ZeroShotScore?) -> Float?

  /// Returns texts whose mean direction orders volumes like the finding's score; nil if there are none.
  func directions(_ texts: [Embedding], negative: Embedding?) -> [Embedding]?
}

/// The score is the mean of the direct and the bridged cosine.
///
/// - Source: Lai et al., arXiv 2501.03565.
package struct MeanCosineScorer: FindingScorer {
  package let needsNegative = false
  package let reservation = "Scores are similarity values, not probabilities."

  /// Makes the rule.
  package init() {}

  package func score(_ text: ZeroShotScore, negative: ZeroShotScore?) -> Float { text.mean }

  package func margin(_ score: Float, negative: ZeroShotScore?) -> Float? {
    negative.map { score - $0.mean }
  }

  package func directions(_ texts: [Embedding], negative: Embedding?) -> [Embedding]? { texts }
}

/// The score is the share of the text that states the finding in the softmax over the scaled cosines of this text and
/// the text that denies it.
///
/// - Source: Zhao et al., arXiv 2505.21862; CLIP, arXiv 2103.00020, for the scale.
package struct PairSoftmaxScorer: FindingScorer {
  private let scale: Double

  package let needsNegative = true
  package let reservation =
    "Scores compare a text that states a finding with one that denies it. They are not probabilities."

  /// Makes the rule for a model's scale.
  package init(scale: Double) { self.scale = scale }

  package func score(_ text: ZeroShotScore, negative: ZeroShotScore?) -> Float {
    let difference = Double(text.direct) - Double(negative?.direct ?? 0)
    return Float(1 / (1 + exp(-scale * difference)))
  }

  package func margin(_ score: Float, negative: ZeroShotScore?) -> Float? { nil }

  /// The score of a single text increases with cos(v, t⁺) − cos(v, t⁻).
  package func directions(_ texts: [Embedding], negative: Embedding?) -> [Embedding]? {
    guard texts.count == 1, let text = texts.first, let negative else { return nil }
    let difference = zip(text.values, negative.values).map { stated, denied in
      Float(Double(stated) / text.norm - Double(denied) / negative.norm)
    }
    return Embedding(difference).map { [$0] }
  }
}

extension ModelConfiguration.ScoreRule {
  /// The rule with its parameters.
  var scorer: any FindingScorer {
    switch self {
    case .meanCosine: MeanCosineScorer()
    case .pairSoftmax(let scale): PairSoftmaxScorer(scale: scale)
    }
  }
}
