internal import Embeddings
internal import Encoders
internal import Tensors
internal import Volumes

/// A request whose prompts and header were found good.
struct AdmittedDiagnosis: Sendable {
  let request: DiagnosisRequest
  let volume: NIfTIVolume
  let prompts: [AdmittedPrompt]
}

/// A prompt with its tokens.
struct AdmittedPrompt: Sendable {
  let prompt: Prompt
  let texts: [TokenizedText]
  let negative: TokenizedText?
}

extension LoadedModel {
  /// Refuses what can be refused before the first voxel is read.
  func admit(
    _ request: DiagnosisRequest, _ limits: InferenceLimits, _ volumeLimits: VolumeLimits
  ) throws(InferenceError) -> AdmittedDiagnosis {
    let prompts = try admit(request.prompts, topK: request.topK, limits)
    do {
      let volume = try NIfTIVolume.open(
        fileDescriptor: request.volume.fileDescriptor, byteCount: request.volume.byteCount,
        limits: volumeLimits)
      return AdmittedDiagnosis(request: request, volume: volume, prompts: prompts)
    } catch {
      throw .volume(error)
    }
  }

  /// Volume → input → v and v̂; texts → t and t̂; cosines. On the lane's thread and the pool's.
  func diagnose(
    _ admitted: AdmittedDiagnosis, waited: Duration, isCancelled: @escaping @Sendable () -> Bool,
    progress: @Sendable (Double) -> Void
  ) throws(InferenceError) -> Diagnosis {
    // The largest buffers of a volume are gone when this returns; their pages go back to the system.
    defer { Processor.releaseFreeMemory() }
    let prepared = try prepare(admitted.volume, isCancelled)
    var timings = StageTimings()
    timings.queue = waited
    timings.decode = prepared.decodeTime
    timings.preprocess = prepared.resampleTime
    var clock = Stopwatch()
    let values = model.vision.encode(prepared.input, on: pool) { share in
      progress(share)
      return !isCancelled()
    }
    guard let values else { throw .cancelled }
    progress(1)
    timings.encodeVolume = clock.lap()
    let texts = try embeddings(
      of: admitted.prompts.flatMap(\.allTexts), isCancelled: isCancelled)
    timings.encodeText = clock.lap()
    let embedding = try bridged(values)
    let findings = rank(
      admitted.prompts, texts, against: embedding, admitted.request.calibration)
    timings.score = clock.lap()
    return Diagnosis(
      volumeID: admitted.request.volume.id, volume: admitted.volume,
      intensity: prepared.intensity, warnings: prepared.warnings, embedding: embedding,
      findings: Array(findings.prefix(admitted.request.topK ?? findings.count)),
      calibration: admitted.request.calibration, timings: timings)
  }

  /// Counts, lengths and words of the prompts.
  func admit(
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
      for text in sentences + [prompt.label] where text.utf8.count > limits.promptBytes {
        throw .promptTooLong(index: index, limit: limits.promptBytes, actual: text.utf8.count)
      }
      var texts: [TokenizedText] = []
      for text in sentences {
        let tokens = model.tokenizer.tokenize(text)
        guard !tokens.isEmpty else { throw .promptEmpty(index: index) }
        texts.append(tokens)
      }
      let negative = prompt.negative.map { _ in texts.removeLast() }
      admitted.append(AdmittedPrompt(prompt: prompt, texts: texts, negative: negative))
    }
    let sentences = admitted.reduce(0) { $0 + $1.allTexts.count }
    guard sentences <= 2 * limits.prompts else {
      throw .tooManyPrompts(limit: 2 * limits.prompts, actual: sentences)
    }
    return admitted
  }

  private func prepare(
    _ volume: NIfTIVolume, _ isCancelled: () -> Bool
  ) throws(InferenceError) -> PreparedVolume {
    do {
      return try Preprocessing.prepare(volume, recipe: recipe, isCancelled: isCancelled)
    } catch .cancelled {
      throw .cancelled
    } catch {
      throw .volume(error)
    }
  }

  private func rank(
    _ prompts: [AdmittedPrompt], _ texts: [BridgedEmbedding], against volume: BridgedEmbedding,
    _ calibration: LoadedCalibration?
  ) -> [Finding] {
    var next = texts.map { ZeroShotScore(volume: volume, text: $0) }[...]
    let findings = prompts.enumerated().map { index, admitted in
      let own = Array(next.prefix(admitted.texts.count))
      next = next.dropFirst(own.count)
      let negative = admitted.negative.flatMap { _ in next.popFirst() }
      return Finding(
        index: index, admitted, scores: own, negative: negative,
        threshold: calibration?.threshold(for: admitted.texts))
    }
    var ranked = findings.sorted { ($0.score, $1.index) > ($1.score, $0.index) }
    for place in ranked.indices { ranked[place].rank = place + 1 }
    return ranked
  }
}

extension AdmittedPrompt {
  /// The order in which texts are encoded and scored.
  fileprivate var allTexts: [TokenizedText] { texts + (negative.map { [$0] } ?? []) }
}

extension Finding {
  /// A finding that is not ranked yet.
  fileprivate init(
    index: Int, _ admitted: AdmittedPrompt, scores: [ZeroShotScore],
    negative: ZeroShotScore?, threshold: Float?
  ) {
    let score = scores.reduce(0) { $0 + $1.mean } / Float(scores.count)
    self.init(
      rank: 0, index: index, prompt: admitted.prompt, scores: scores,
      margin: negative.map { score - $0.mean }, threshold: threshold,
      tokens: admitted.texts.reduce(0) { max($0, $1.ids.count) },
      isTruncated: admitted.texts.contains { $0.isTruncated })
  }
}

/// Time between two looks.
private struct Stopwatch {
  private var last = ContinuousClock.now

  mutating func lap() -> Duration {
    let now = ContinuousClock.now
    defer { last = now }
    return now - last
  }
}
