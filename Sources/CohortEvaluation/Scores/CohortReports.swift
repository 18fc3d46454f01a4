internal import Dispatch
internal import Embeddings
internal import Encoders
internal import Inference
internal import ReportText
internal import Synchronization
internal import Tensors

/// Reports that are encoded once, to find their volumes in a cohort.
struct CohortReports: Sendable {
  /// t and t̂ of each report; nil if cleaning leaves nothing.
  let embeddings: [BridgedEmbedding?]
  /// Number of reports that were cut to the model's length.
  let truncated: Int
  private let model: LoadedModel

  /// Encodes every report.
  ///
  /// - Parameter isSummarized: Whether rules first shorten the reports to their abnormal findings.
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

  /// The score of each volume for each report, the mean of direct and bridged cosine.
  ///
  /// Shape: `[reports, volumes]`; nil for a report without an embedding.
  ///
  /// - Complexity: 4·reports·volumes·C multiplications, on the model's threads.
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
  /// Texts in a batch, after which cancellation is checked.
  private static let textBatch = 32

  /// t and t̂ of each text, in batches; nil if a number is not finite.
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
