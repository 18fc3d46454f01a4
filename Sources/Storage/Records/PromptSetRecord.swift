/// One version of a prompt set.
public struct PromptSetRecord: Sendable, Equatable {
  /// The set's name.
  public var name: String
  /// Counts up from 1 with each change.
  public var version: Int
  /// When this version was put, in seconds since 1970.
  public var createdAt: Int
  /// Labels and texts, as the caller writes them.
  public var document: [UInt8]

  /// Puts a record together.
  public init(name: String, version: Int, createdAt: Int, document: [UInt8]) {
    self.name = name
    self.version = version
    self.createdAt = createdAt
    self.document = document
  }
}
