/// A report that was embedded.
public struct ReportRecord: Sendable, Equatable {
  /// A random identifier, given by the caller.
  public var id: String
  /// When the report was posted, in seconds since 1970.
  public var createdAt: Int
  /// The report itself, kept only on request.
  public var text: String?
  /// What the encoder saw of it, kept only on request.
  public var encodedText: String?
  /// What the caller wants to remember of it, as the caller writes it.
  public var document: [UInt8]
  /// Tags by name.
  public var tags: [String: String]
  /// The text embedding t.
  public var values: [Float]
  /// What the embedding belongs to.
  public var space: EmbeddingSpace

  /// Puts a record together; ``Store/addReport(_:)`` checks it.
  public init(
    id: String, createdAt: Int, text: String? = nil, encodedText: String? = nil,
    document: [UInt8] = [], tags: [String: String] = [:], values: [Float], space: EmbeddingSpace
  ) {
    self.id = id
    self.createdAt = createdAt
    self.text = text
    self.encodedText = encodedText
    self.document = document
    self.tags = tags
    self.values = values
    self.space = space
  }
}
