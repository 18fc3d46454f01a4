public import Embeddings
public import Search

/// A search of the archive.
public struct RetrievalRequest: Sendable {
  /// The object that results are compared with.
  public let query: RetrievalQuery
  /// The searched kind of records.
  public var target = RetrievalTarget.volumes
  /// Maximum number of results to return.
  public var topK = 10
  /// Number of best results to skip.
  public var offset = 0
  /// The lowest score to return.
  public var threshold: Double?
  /// The filter of the searched records.
  public var filter = SearchFilter()

  /// Makes a request for the ten best volumes; ``DiagnosisService`` checks it.
  public init(query: RetrievalQuery) { self.query = query }
}

/// The object that results are compared with.
public enum RetrievalQuery: Sendable {
  /// A text, encoded unchanged.
  case text(String)
  /// A report in its own words.
  case report(String)
  /// A stored volume.
  case volume(id: String)
  /// An embedding of this model, `[C]`, normalised or not.
  case embedding(Embedding)
}

/// The searched kind of records.
public enum RetrievalTarget: String, Sendable, CaseIterable {
  /// The stored volumes.
  case volumes
  /// The stored reports.
  case reports
}

/// The result of a retrieval.
public struct RetrievalAnswer: Sendable {
  /// The results, best first.
  public let result: SearchResult
  /// The encoded text, if the query is a text or a report.
  public let text: EncodedQuery?
  /// If the database did not respond, the time of the state that was searched, in seconds since 1970. Otherwise nil.
  public let asOf: Int?
}

/// A text in the form that the model read.
public struct EncodedQuery: Sendable, Equatable {
  /// The encoded text.
  public let text: String
  /// Number of tokens of the text, including start and end.
  public let tokens: Int
  /// True if the end of the text was cut off.
  public let isTruncated: Bool
  /// The summarizer of a report; nil for a text.
  public let summarizer: String?
  /// Warnings about the summary.
  public let warnings: [SummaryWarning]
}

/// A problem while a report was summarized.
public enum SummaryWarning: String, Sendable, CaseIterable {
  /// The chat service made no usable summary, so rules made it.
  case summarizerUnavailable = "summarizer-unavailable"
  /// Only the first findings were used, because the model cannot read more.
  case findingsLeftOut = "findings-left-out"
}
