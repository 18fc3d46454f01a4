public import Encoders
public import Storage

/// The stored data of a volume without its embedding.
public struct StoredVolume: Sendable, Equatable {
  /// The volume's id: `sha256-` and 64 hexadecimal digits that depend only on the received bytes.
  public let id: String
  /// The time when the volume was first stored, in seconds since 1970.
  public let createdAt: Int
  /// The number of received bytes.
  public let byteCount: Int
  /// Geometry, intensities and warnings; nil if the stored document is unreadable, for example because a later version
  /// wrote it.
  public private(set) var description: VolumeDescription?
  /// The metadata from clients.
  public let metadata: VolumeMetadata
  /// True if an embedding by the model in use is stored; nil if this was not checked.
  public let isEncoded: Bool?

  /// Returns the same data with the warnings about this model's domain.
  public func judged(by model: Model) -> StoredVolume {
    var judged = self
    judged.description = description?.judged(by: model)
    return judged
  }

  init(_ record: VolumeRecord, isEncoded: Bool?) {
    id = record.id
    createdAt = record.createdAt
    byteCount = record.byteCount
    description = VolumeDescription(document: record.document)
    metadata = record.metadata
    self.isEncoded = isEncoded
  }
}
