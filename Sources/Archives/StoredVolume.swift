public import Encoders
public import Storage

/// The stored data of a volume, except its embedding.
public struct StoredVolume: Sendable, Equatable {
  /// `sha256-…` of the received bytes.
  public let id: String
  /// When it was first received, in seconds since 1970.
  public let createdAt: Int
  /// Bytes received.
  public let byteCount: Int
  /// Geometry, intensity and warnings; nil if a later version wrote them.
  public private(set) var description: VolumeDescription?
  /// The user's metadata.
  public let metadata: VolumeMetadata
  /// Whether it has an embedding of the model in use; nil if this was not checked.
  public let isEncoded: Bool?

  /// The same description, with a warning if the model's thresholds do not apply to the volume.
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
