public import Embeddings
public import Search

/// What the archive is searched for.
public struct RetrievalRequest: Sendable {
  /// What the results are to be like.
  public let query: RetrievalQuery
  /// What is searched.
  public var target = RetrievalTarget.volumes
  /// Most results.
  public var topK = 10
  /// Best results to leave out.
  public var offset = 0
  /// The lowest score that is wanted.
  public var threshold: Double?
  /// What is searched among.
  public var filter = SearchFilter()

  /// A request for the ten best volumes; ``DiagnosisService`` checks it.
  public init(query: RetrievalQuery) { self.query = query }
}

/// What the results are to be like.
public enum RetrievalQuery: Sendable {
  /// A text that is encoded as it stands.
  case text(String)
  /// A report in somebody's own words.
  case report(String)
  /// A volume that is kept.
  case volume(id: String)
  /// An embedding of this model, `[C]`, normalised or not.
  case embedding(Embedding)
}

/// What is searched.
public enum RetrievalTarget: String, Sendable, CaseIterable {
  /// The kept volumes.
  case volumes
  /// The kept reports.
  case reports
}

/// What a retrieval found.
public struct RetrievalAnswer: Sendable {
  /// Best first.
  public let result: SearchResult
  /// What was encoded, if a text or report was.
  public let text: EncodedQuery?
}

/// A text as the model saw it.
public struct EncodedQuery: Sendable, Equatable {
  /// The text that was encoded.
  public let text: String
  /// Its tokens, start and end included.
  public let tokens: Int
  /// Whether the end of it was cut off.
  public let isTruncated: Bool
  /// What made it of a report; nil for a text.
  public let summarizer: String?
  /// What the user should know of how it was made.
  public let warnings: [SummaryWarning]
}

/// What happened while a report was shortened.
public enum SummaryWarning: String, Sendable, CaseIterable {
  /// The chat service made no usable summary, so rules made it.
  case summarizerUnavailable = "summarizer-unavailable"
  /// The model does not read more findings than the first ones.
  case findingsLeftOut = "findings-left-out"
}
