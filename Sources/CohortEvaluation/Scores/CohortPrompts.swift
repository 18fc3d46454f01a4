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

  /// Encodes every text of every prompt.
  ///
  /// - Throws: ``InferenceError/promptsMissing``, ``InferenceError/promptEmpty(index:)``,
  ///   ``InferenceError/promptTooLong(index:limit:actual:)``, ``InferenceError/nonFiniteResult``.
  init(_ prompts: [Prompt], model: LoadedModel) async throws {
    // Do not limit the number of prompts, because the user of the command wrote them. Their length is still limited.
    var limits = InferenceLimits()
    limits.prompts = prompts.reduce(prompts.count) { $0 + $1.texts.count }
    let admitted = try model.admit(prompts, topK: nil, limits)
    let embeddings = try await model.encode(admitted.flatMap(\.texts))
    var rest = embeddings[...]
    var texts: [[BridgedEmbedding]] = []
    for prompt in admitted {
      let own = rest.prefix(prompt.texts.count).compactMap { $0 }
      guard own.count == prompt.texts.count else { throw InferenceError.nonFiniteResult }
      rest = rest.dropFirst(own.count)
      texts.append(own)
    }
    self.prompts = prompts
    self.texts = texts
    truncated = admitted.indices.filter { admitted[$0].texts.contains(where: \.isTruncated) }
  }

  /// Returns the scores of each prompt for `volume`, in the order of the prompts.
  func scores(of volume: BridgedEmbedding) -> [CohortScore] {
    texts.map { CohortScore($0.map { ZeroShotScore(volume: volume, text: $0) }) }
  }
}

/// The scores of one prompt for one volume.
struct CohortScore: Sendable, Equatable {
  /// The score of each text of the prompt.
  let scores: [ZeroShotScore]

  init(_ scores: [ZeroShotScore]) { self.scores = scores }

  /// Returns the mean of one component of the score over the prompt's texts, like ``Finding/mean(_:)``.
  func mean(_ component: KeyPath<ZeroShotScore, Float>) -> Float {
    scores.reduce(0) { $0 + $1[keyPath: component] } / Float(scores.count)
  }
}
