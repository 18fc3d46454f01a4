/// A report with its embedding.
public struct ReportRecord: Sendable, Equatable {
  /// A random identifier, chosen by the caller.
  public var id: String
  /// When the report was posted, in seconds since 1970.
  public var createdAt: Int
  /// The report's text; nil unless the request asked to store it.
  public var text: String?
  /// The text that the model encoded; nil unless the request asked to store it.
  public var encodedText: String?
  /// Other data of the report, in the caller's format.
  public var document: [UInt8]
  /// Tags by name.
  public var tags: [String: String]
  /// The embedding of the report's text.
  public var values: [Float]
  /// The space of the embedding.
  public var space: EmbeddingSpace

  /// Makes a record. ``Store/addReport(_:)`` checks it.
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

extension ReportRecord {
  static let table = Table(
    .report, checksum: "report", key: ["id"],
    blank: ReportRecord(id: "", createdAt: 0, values: [], space: .blank),
    [
      .text("id", \.id), .integer("created_at", \.createdAt), .space(\.space), .checksum,
      .floats(\.values, of: \.space), .tags("tags", \.tags), .optionalText("text", \.text),
      .optionalText("encoded_text", \.encodedText), .bytes("document", \.document),
    ])
}
