/// A volume as it was posted, without its voxels.
public struct VolumeRecord: Sendable, Equatable {
  /// `sha256-` and the 64 hexadecimal digits of the received bytes' SHA-256.
  public var id: String
  /// When the volume was first posted, in seconds since 1970.
  public var createdAt: Int
  /// Bytes that were received.
  public var byteCount: Int
  /// SHA-256 of the model's input that was made from the volume, 32 bytes. The `.nii` and the `.nii.gz` of one
  /// scan have the same.
  public var inputDigest: [UInt8]
  /// Geometry, intensity and warnings, as the caller writes them.
  public var document: [UInt8]
  /// What the user says of the volume.
  public var metadata: VolumeMetadata

  /// Puts a record together; ``Store`` checks it when it is added.
  public init(
    id: String, createdAt: Int, byteCount: Int, inputDigest: [UInt8], document: [UInt8],
    metadata: VolumeMetadata = VolumeMetadata()
  ) {
    self.id = id
    self.createdAt = createdAt
    self.byteCount = byteCount
    self.inputDigest = inputDigest
    self.document = document
    self.metadata = metadata
  }
}

/// What the user says of a volume; the only part of it that can be changed.
public struct VolumeMetadata: Sendable, Equatable {
  /// Tags by name. Stored and searched byte by byte: "é" in one and in two code points are different values.
  public var tags: [String: String]
  /// Accession number.
  public var accession: String?
  /// DICOM study instance UID.
  public var studyUID: String?
  /// DICOM series instance UID.
  public var seriesUID: String?

  /// Puts metadata together.
  public init(
    tags: [String: String] = [:], accession: String? = nil, studyUID: String? = nil,
    seriesUID: String? = nil
  ) {
    self.tags = tags
    self.accession = accession
    self.studyUID = studyUID
    self.seriesUID = seriesUID
  }
}

/// What the model made of one volume.
public struct VolumeEmbedding: Sendable, Equatable {
  /// The volume embedding v, not normalised.
  public var values: [Float]
  /// The row u that a search multiplies, u = (v/|v| + v̂/|v̂|)/2.
  public var searchRow: [Float]

  /// Puts an embedding together; both have the space's number of components.
  public init(values: [Float], searchRow: [Float]) {
    self.values = values
    self.searchRow = searchRow
  }
}

/// A volume with its embedding in one space, as import and export use it.
public struct VolumeEntry: Sendable, Equatable {
  /// The volume.
  public var record: VolumeRecord
  /// Its embedding.
  public var embedding: VolumeEmbedding
  /// What the model saw, as the caller writes it, if that is to be kept.
  public var voxels: [UInt8]?

  /// Puts an entry together.
  public init(record: VolumeRecord, embedding: VolumeEmbedding, voxels: [UInt8]? = nil) {
    self.record = record
    self.embedding = embedding
    self.voxels = voxels
  }
}

/// A place in a list that is ordered by time and then by id, newest first: just after the record it names.
public struct RecordCursor: Sendable, Hashable {
  /// `createdAt` of the last record that was seen.
  public let createdAt: Int
  /// `id` of the last record that was seen.
  public let id: String

  /// Names a place.
  public init(createdAt: Int, id: String) {
    self.createdAt = createdAt
    self.id = id
  }
}
