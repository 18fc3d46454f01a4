internal import Dispatch
internal import Embeddings
internal import Encoders
internal import Inference
internal import ReportText
internal import Synchronization
internal import Tensors

/// The encoded reports of a cohort. Retrieval searches volumes with them.
struct CohortReports: Sendable {
  /// The embedding t of each report with its bridge t̂; nil if the report contains no words that the model can read, or
  /// if a component is not finite.
  let embeddings: [BridgedEmbedding?]
  /// The number of reports that were truncated because they exceed the model's maximum length.
  let truncated: Int
  private let model: LoadedModel

  /// Encodes every report.
  ///
  /// - Parameter isSummarized: True to reduce the reports to their abnormal findings first, by rules.
  /// - Throws: ``InferenceError/cancelled``.
  init(
    _ reports: [String], isSummarized: Bool = false, model: LoadedModel
  ) async throws {
    let texts = isSummarized ? reports.map { model.ruleSummary(of: $0).text } : reports
    let tokens = texts.map { model.model.tokenizer.tokenize($0) }
    let full = tokens.indices.filter { !tokens[$0].isEmpty }
    let found = try await model.encode(full.map { tokens[$0] })
    var embeddings = [BridgedEmbedding?](repeating: nil, count: reports.count)
    for (place, embedding) in zip(full, found) { embeddings[place] = embedding }
    self.embeddings = embeddings
    self.model = model
    truncated = tokens.count(where: \.isTruncated)
  }

  /// Returns the score of each volume for each report: the mean of the direct and the bridged cosine.
  ///
  /// - Returns: Scores of the shape `[reports][volumes]`. The row of a report without an embedding is nil.
  /// - Complexity: 4 · reports · volumes · C multiplications on the model's threads, where C is the number of
  ///   components of an embedding.
  /// - Throws: ``InferenceError/cancelled``.
  func scores(
    against volumes: [BridgedEmbedding]
  ) async throws -> [[Float]?] {
    let (pool, embeddings) = (model.pool, embeddings)
    return try await InferenceLane(capacity: 1).run { _, isCancelled in
      let rows = Mutex([[Float]?](repeating: nil, count: embeddings.count))
      pool.run(tasks: embeddings.count) { index, _ in
        guard !isCancelled(), let text = embeddings[index] else { return }
        let row = volumes.map { ZeroShotScore(volume: $0, text: text).mean }
        rows.withLock { $0[index] = row }
      }
      if isCancelled() { throw InferenceError.cancelled }
      return rows.withLock { $0 }
    }
  }
}

extension LoadedModel {
  /// The number of texts in a batch. Cancellation is checked between batches.
  private static let textBatch = 32

  /// Encodes texts in batches. Returns the embedding t of each text with its bridge t̂; nil if a component is not
  /// finite.
  func encode(
    _ texts: [TokenizedText]
  ) async throws -> [BridgedEmbedding?] {
    try await InferenceLane(capacity: 1).run { _, isCancelled in
      var embeddings: [BridgedEmbedding?] = []
      for start in stride(from: 0, to: texts.count, by: Self.textBatch) {
        let batch = Array(texts[start...].prefix(Self.textBatch))
        guard let values = self.model.text.encode(batch, on: self.pool, isCancelled: isCancelled)
        else { throw InferenceError.cancelled }
        embeddings += values.map { self.model.bridged($0) }
      }
      return embeddings
    }
  }
}
