/// A diagnosis that was given.
public struct DiagnosisRecord: Sendable, Equatable {
  /// A random identifier, given by the caller.
  public var id: String
  /// When the diagnosis was given, in seconds since 1970.
  public var createdAt: Int
  /// The volume that it is of.
  public var volumeID: String
  /// Findings, as the caller writes them.
  public var document: [UInt8]

  /// Puts a record together.
  public init(id: String, createdAt: Int, volumeID: String, document: [UInt8]) {
    self.id = id
    self.createdAt = createdAt
    self.volumeID = volumeID
    self.document = document
  }
}
