public import Encoders
public import Storage

/// The stored data of a volume, except its embedding.
public struct StoredVolume: Sendable, Equatable {
  /// The volume's id: `sha256-…` of the received bytes.
  public let id: String
  /// The time at which the volume was first received, in seconds since 1970.
  public let createdAt: Int
  /// Number of bytes received.
  public let byteCount: Int
  /// Geometry, intensity and warnings; nil if a later version of the service wrote them.
  public private(set) var description: VolumeDescription?
  /// The user's metadata.
  public let metadata: VolumeMetadata
  /// True if an embedding of the model in use is stored; nil if this was not checked.
  public let isEncoded: Bool?

  /// Returns the same data, with a warning if the model's thresholds do not apply to the volume.
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
