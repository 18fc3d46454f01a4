internal import Dispatch
public import Embeddings
internal import Encoders
internal import ReportText
internal import Synchronization
internal import Tensors

/// Reports whose texts were encoded once, to find their volumes in a cohort.
public struct CohortReports: Sendable {
  /// t and t̂ of each report; nil if nothing of it is left after cleaning.
  public let embeddings: [BridgedEmbedding?]
  /// Reports that were cut to the model's length.
  public let truncated: Int
  private let model: LoadedModel

  /// Encodes every report.
  ///
  /// - Parameter isSummarized: Whether rules shorten the reports to their abnormal findings first.
  /// - Throws: ``InferenceError/cancelled``.
  public init(
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
  public func scores(
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
  /// Texts that are encoded between two looks at whether the work is still wanted.
  private static let textBatch = 32

  /// t and t̂ of each text, in batches, each text by itself; nil where the arithmetic left the finite numbers.
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
