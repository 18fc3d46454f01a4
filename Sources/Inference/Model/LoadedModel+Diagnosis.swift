internal import Archives
internal import Calibrations
internal import Embeddings
package import Encoders

/// A prompt with its tokenized texts.
package struct AdmittedPrompt: Sendable {
  let prompt: Prompt
  package let texts: [TokenizedText]
  let negative: TokenizedText?
}

/// Tokenized prompts that passed the checks. ``DiagnosisService`` makes them.
public struct AdmittedPrompts: Sendable {
  let prompts: [AdmittedPrompt]
  /// Number of top-ranked findings to return; nil for all findings.
  let topK: Int?
}

extension LoadedModel {
  /// Checks the number of prompts, their lengths and that each text contains words, and tokenizes them.
  package func admit(
    _ prompts: [Prompt], topK: Int?, _ limits: InferenceLimits
  ) throws(InferenceError) -> [AdmittedPrompt] {
    if let topK, topK < 1 || topK > limits.topK { throw .topKOutOfRange(limit: limits.topK) }
    guard !prompts.isEmpty else { throw .promptsMissing }
    guard prompts.count <= limits.prompts else {
      throw .tooManyPrompts(limit: limits.prompts, actual: prompts.count)
    }
    var admitted: [AdmittedPrompt] = []
    for (index, prompt) in prompts.enumerated() {
      guard !prompt.texts.isEmpty else { throw .promptEmpty(index: index) }
      let sentences = prompt.texts + (prompt.negative.map { [$0] } ?? [])
      // Only the client's own text counts towards the limit, not the template around it.
      let written = (prompt.isFromTerm ? [] : sentences) + [prompt.label]
      for text in written where text.utf8.count > limits.promptBytes {
        throw .promptTooLong(index: index, limit: limits.promptBytes, actual: text.utf8.count)
      }
      var texts: [TokenizedText] = []
      for text in sentences {
        let tokens = model.tokenizer.tokenize(text)
        guard !tokens.isEmpty else { throw .promptEmpty(index: index) }
        texts.append(tokens)
      }
      let negative = prompt.negative.map { _ in texts.removeLast() }
      guard negative != nil || !scorer.needsNegative else { throw .negativeMissing(index: index) }
      admitted.append(AdmittedPrompt(prompt: prompt, texts: texts, negative: negative))
    }
    let sentences = admitted.reduce(0) { $0 + $1.allTexts.count }
    guard sentences <= 2 * limits.prompts else {
      throw .tooManyPrompts(limit: 2 * limits.prompts, actual: sentences)
    }
    return admitted
  }

  /// Scores every prompt against the volume and ranks the findings by score, highest first.
  ///
  /// - Parameter texts: The embeddings t and bridges t̂ of the prompts' texts, in the order of
  ///   ``AdmittedPrompt/allTexts``.
  func rank(
    _ prompts: [AdmittedPrompt], _ texts: [BridgedEmbedding], against encoded: EncodedVolume,
    _ calibration: LoadedCalibration?
  ) -> [Finding] {
    let membership = encoded.description.membership(of: model)
    var next = texts.map { ZeroShotScore(volume: encoded.embedding, text: $0) }[...]
    let findings = prompts.enumerated().map { index, admitted in
      let own = Array(next.prefix(admitted.texts.count))
      next = next.dropFirst(own.count)
      let negative = admitted.negative.flatMap { _ in next.popFirst() }
      return Finding(
        index: index, admitted, scores: own, negative: negative, scorer,
        threshold: calibration?.threshold(
          for: admitted.texts, negative: scorer.needsNegative ? admitted.negative : nil),
        membership: membership)
    }
    var ranked = findings.sorted { ($0.score, $1.index) > ($1.score, $0.index) }
    for place in ranked.indices { ranked[place].rank = place + 1 }
    return ranked
  }
}

extension AdmittedPrompt {
  /// All texts of the prompt, in the order in which they are encoded and scored.
  package var allTexts: [TokenizedText] { texts + (negative.map { [$0] } ?? []) }
}

extension Finding {
  /// A finding that is not ranked yet.
  fileprivate init(
    index: Int, _ admitted: AdmittedPrompt, scores: [ZeroShotScore],
    negative: ZeroShotScore?, _ scorer: any FindingScorer, threshold: Float?,
    membership: DomainMembership
  ) {
    let values = scores.map { scorer.score($0, negative: negative) }
    let score = values.reduce(0, +) / Float(values.count)
    self.init(
      rank: 0, index: index, prompt: admitted.prompt, scores: scores, textScores: values,
      negative: negative, margin: scorer.margin(score, negative: negative), percentile: nil,
      threshold: threshold,
      tokens: admitted.texts.reduce(0) { max($0, $1.ids.count) },
      isTruncated: admitted.texts.contains { $0.isTruncated }, membership: membership)
  }
}
