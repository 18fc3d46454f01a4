public import Embeddings
public import Search

/// A search of the archive.
public struct RetrievalRequest: Sendable {
  /// The query that records are compared with.
  public let query: RetrievalQuery
  /// Which kind of records to search.
  public var target = RetrievalTarget.volumes
  /// Maximum number of results to return.
  public var topK = 10
  /// Number of top-ranked results to skip.
  public var offset = 0
  /// The lowest score of a result; nil for no limit.
  public var threshold: Double?
  /// The filter that records must pass.
  public var filter = SearchFilter()

  /// Makes a request for the ten most similar volumes. ``DiagnosisService`` checks it when it is used.
  public init(query: RetrievalQuery) { self.query = query }
}

/// The query that records are compared with.
public enum RetrievalQuery: Sendable {
  /// A text that is encoded unchanged.
  case text(String)
  /// A report, which is summarized first.
  case report(String)
  /// A stored volume.
  case volume(id: String)
  /// An embedding in this model's space, shape `[C]`. It need not be normalised.
  case embedding(Embedding)
}

/// The kind of records to search.
public enum RetrievalTarget: String, Sendable, CaseIterable {
  /// The stored volumes.
  case volumes
  /// The stored reports.
  case reports
}

/// The result of a retrieval.
public struct RetrievalAnswer: Sendable {
  /// The results, highest score first.
  public let result: SearchResult
  /// The text that was encoded; nil if the query was a volume or an embedding.
  public let text: EncodedQuery?
  /// If the database did not respond, the time of the copy that was searched, in seconds since 1970. Otherwise nil.
  public let asOf: Int?
}

/// A text as the model read it.
public struct EncodedQuery: Sendable, Equatable {
  /// The encoded text.
  public let text: String
  /// Number of tokens, including the start and end tokens.
  public let tokens: Int
  /// True if the end of the text was cut off.
  public let isTruncated: Bool
  /// The name of the summarizer if the text summarizes a report; otherwise nil.
  public let summarizer: String?
  /// Warnings about the summary.
  public let warnings: [SummaryWarning]
}

/// A problem that occurred while a report was summarized.
public enum SummaryWarning: String, Sendable, CaseIterable {
  /// The external summarizer returned no usable summary, so the built-in rules were used.
  case summarizerUnavailable = "summarizer-unavailable"
  /// The summary contains only the first findings, because more do not fit into the model's input.
  case findingsLeftOut = "findings-left-out"
}
