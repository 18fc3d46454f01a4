/// A stored diagnosis.
public struct DiagnosisRecord: Sendable, Equatable {
  /// A random identifier, chosen by the caller.
  public var id: String
  /// When the diagnosis was made, in seconds since 1970.
  public var createdAt: Int
  /// The diagnosed volume.
  public var volumeID: String
  /// The findings, in the caller's format.
  public var document: [UInt8]

  /// Makes a record.
  public init(id: String, createdAt: Int, volumeID: String, document: [UInt8]) {
    self.id = id
    self.createdAt = createdAt
    self.volumeID = volumeID
    self.document = document
  }
}

extension DiagnosisRecord {
  static let table = Table(
    .diagnosis, checksum: "diagnosis", key: ["id"],
    blank: DiagnosisRecord(id: "", createdAt: 0, volumeID: "", document: []),
    [
      .text("id", \.id), .integer("created_at", \.createdAt), .text("volume_id", \.volumeID),
      .checksum, .bytes("document", \.document),
    ])
}
