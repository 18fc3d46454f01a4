internal import Embeddings
internal import Encoders
internal import Inference

/// The encoded prompts of a cohort. They are encoded once and scored against every volume.
struct CohortPrompts: Sendable {
  /// The prompts.
  let prompts: [Prompt]
  /// The indices of prompts with a text that was truncated because it exceeds the model's maximum length.
  let truncated: [Int]
  private let texts: [[BridgedEmbedding]]
  private let negatives: [BridgedEmbedding?]
  private let scorer: any FindingScorer

  /// Encodes every text of every prompt.
  ///
  /// - Throws: ``InferenceError/promptsMissing``, ``InferenceError/promptEmpty(index:)``,
  ///   ``InferenceError/promptTooLong(index:limit:actual:)``, ``InferenceError/nonFiniteResult``.
  init(_ prompts: [Prompt], model: LoadedModel) async throws {
    // Do not limit the number of prompts, because the user of the command wrote them. Their length is still limited.
    var limits = InferenceLimits()
    limits.prompts = prompts.reduce(prompts.count) { $0 + $1.texts.count + 1 }
    let admitted = try model.admit(prompts, topK: nil, limits)
    let embeddings = try await model.encode(admitted.flatMap(\.allTexts))
    var rest = embeddings[...]
    var texts: [[BridgedEmbedding]] = []
    var negatives: [BridgedEmbedding?] = []
    for prompt in admitted {
      let own = rest.prefix(prompt.allTexts.count).compactMap { $0 }
      guard own.count == prompt.allTexts.count else { throw InferenceError.nonFiniteResult }
      rest = rest.dropFirst(own.count)
      texts.append(Array(own.prefix(prompt.texts.count)))
      negatives.append(own.count > prompt.texts.count ? own.last : nil)
    }
    self.prompts = prompts
    self.texts = texts
    self.negatives = negatives
    scorer = model.scorer
    truncated = admitted.indices.filter { admitted[$0].texts.contains(where: \.isTruncated) }
  }

  /// Returns the scores of each prompt for `volume`, in the order of the prompts.
  func scores(of volume: BridgedEmbedding) -> [CohortScore] {
    zip(texts, negatives).map { texts, negative in
      CohortScore(
        texts.map { ZeroShotScore(volume: volume, text: $0) },
        negative: negative.map { ZeroShotScore(volume: volume, text: $0) }, scorer)
    }
  }
}

/// The scores of one prompt for one volume.
struct CohortScore: Sendable, Equatable {
  /// The cosines of each text of the prompt.
  let scores: [ZeroShotScore]
  /// The mean score over the prompt's texts by the model's rule, like ``Finding/score``.
  let score: Float

  init(_ scores: [ZeroShotScore], negative: ZeroShotScore?, _ scorer: any FindingScorer) {
    self.scores = scores
    let values = scores.map { scorer.score($0, negative: negative) }
    score = values.reduce(0, +) / Float(values.count)
  }

  /// Returns the mean of one cosine over the prompt's texts, like ``Finding/mean(_:)``.
  func mean(_ component: KeyPath<ZeroShotScore, Float>) -> Float {
    scores.reduce(0) { $0 + $1[keyPath: component] } / Float(scores.count)
  }
}
