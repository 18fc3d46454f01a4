/// One version of a prompt set.
public struct PromptSetRecord: Sendable, Equatable {
  /// The set's name.
  public var name: String
  /// The version number. The first version is 1, and each change increases it by 1.
  public var version: Int
  /// When this version was stored, in seconds since 1970.
  public var createdAt: Int
  /// The labels and texts of the prompts, in the caller's format.
  public var document: [UInt8]

  /// Makes a record.
  public init(name: String, version: Int, createdAt: Int, document: [UInt8]) {
    self.name = name
    self.version = version
    self.createdAt = createdAt
    self.document = document
  }
}

extension PromptSetRecord {
  static let table = Table(
    .promptSet, checksum: "prompts", key: ["name", "version"],
    blank: PromptSetRecord(name: "", version: 0, createdAt: 0, document: []),
    [
      .text("name", \.name), .integer("version", \.version), .integer("created_at", \.createdAt),
      .checksum, .bytes("document", \.document),
    ])
}
