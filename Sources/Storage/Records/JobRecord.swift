/// Work that was accepted to be done later, or that is done.
public struct JobRecord: Sendable, Equatable {
  /// A random identifier, given by the caller.
  public var id: String
  /// When the work was accepted, in seconds since 1970.
  public var createdAt: Int
  /// When it ended, however it did, in seconds since 1970; nil while it waits or runs.
  public var endedAt: Int?
  /// What makes a repeated request the same job; no two jobs have the same.
  public var repetitionKey: [UInt8]?
  /// What is to be done or what came of it, as the caller writes it.
  public var document: [UInt8]

  /// Puts a record together.
  public init(
    id: String, createdAt: Int, endedAt: Int? = nil, repetitionKey: [UInt8]? = nil,
    document: [UInt8]
  ) {
    self.id = id
    self.createdAt = createdAt
    self.endedAt = endedAt
    self.repetitionKey = repetitionKey
    self.document = document
  }
}
