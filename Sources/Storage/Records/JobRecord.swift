/// A job: accepted, running or ended.
public struct JobRecord: Sendable, Equatable {
  /// A random identifier, chosen by the caller.
  public var id: String
  /// When the job was accepted, in seconds since 1970.
  public var createdAt: Int
  /// When the job completed, failed or was cancelled, in seconds since 1970; nil while it waits or runs.
  public var endedAt: Int?
  /// The unique key by which a repeated request finds its earlier job.
  public var repetitionKey: [UInt8]?
  /// The order or the result, in the caller's format.
  public var document: [UInt8]

  /// Makes a record.
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

extension JobRecord {
  /// The columns that change when a job ends.
  static let endColumns = ["ended_at", "checksum", "document"]

  static let table = Table(
    .job, checksum: "job", blank: JobRecord(id: "", createdAt: 0, document: []),
    [
      .text("id", \.id), .integer("created_at", \.createdAt),
      .optionalInteger("ended_at", \.endedAt), .optionalBytes("repetition_key", \.repetitionKey),
      .checksum, .bytes("document", \.document),
    ])
}
