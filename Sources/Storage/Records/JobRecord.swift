/// A job, whether it is waiting, running or has ended.
public struct JobRecord: Sendable, Equatable {
  /// A random identifier, chosen by the caller.
  public var id: String
  /// When the job was accepted, in seconds since 1970.
  public var createdAt: Int
  /// When the job succeeded, failed or was cancelled, in seconds since 1970; nil while it is waiting or running.
  public var endedAt: Int?
  /// The unique key that identifies a request. A repeated request finds its earlier job by this key.
  public var repetitionKey: [UInt8]?
  /// The order while the job is unfinished, and its result afterwards. The caller chooses the format.
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
