/// A posted volume, without its voxels.
public struct VolumeRecord: Sendable, Equatable {
  /// The id: `sha256-` followed by the SHA-256 of the received bytes in 64 hexadecimal digits.
  public var id: String
  /// When the volume was first posted, in seconds since 1970.
  public var createdAt: Int
  /// The number of bytes received.
  public var byteCount: Int
  /// SHA-256 of the model input that was made from the volume; 32 bytes. The `.nii` and `.nii.gz` files of the same
  /// scan have the same digest.
  public var inputDigest: [UInt8]
  /// The geometry, intensity and warnings, in the caller's format.
  public var document: [UInt8]
  /// The metadata that users set.
  public var metadata: VolumeMetadata

  /// Makes a record. ``Store`` checks the record when it is added.
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

/// The metadata that users set for a volume.
public struct VolumeMetadata: Sendable, Equatable {
  /// The display name, which users see instead of the id; nil if the volume has none.
  public var name: String?
  /// The tags by name. Names and values are compared byte by byte. Therefore "é" as one code point differs from "é" as
  /// two.
  public var tags: [String: String]
  /// The accession number.
  public var accession: String?
  /// The DICOM study instance UID.
  public var studyUID: String?
  /// The DICOM series instance UID.
  public var seriesUID: String?

  /// Makes the metadata of a volume.
  public init(
    name: String? = nil, tags: [String: String] = [:], accession: String? = nil,
    studyUID: String? = nil, seriesUID: String? = nil
  ) {
    self.name = name
    self.tags = tags
    self.accession = accession
    self.studyUID = studyUID
    self.seriesUID = seriesUID
  }
}

/// The model's embedding of one volume.
public struct VolumeEmbedding: Sendable, Equatable {
  /// The volume embedding v. It is not normalised.
  public var values: [Float]
  /// The search row u = (v/|v| + v̂/|v̂|)/2. Here v̂ is the result of bridging v with the knowledge bank. A search
  /// computes the dot product of the search row and the query.
  public var searchRow: [Float]

  /// Makes an embedding. Each array must have as many elements as the space has components.
  public init(values: [Float], searchRow: [Float]) {
    self.values = values
    self.searchRow = searchRow
  }
}

/// A volume with its embedding in one space, for import and export.
public struct VolumeEntry: Sendable, Equatable {
  /// The volume.
  public var record: VolumeRecord
  /// The volume's embedding.
  public var embedding: VolumeEmbedding
  /// The voxels of the model's input, in the caller's format; nil to store none.
  public var voxels: [UInt8]?

  /// Makes an entry.
  public init(record: VolumeRecord, embedding: VolumeEmbedding, voxels: [UInt8]? = nil) {
    self.record = record
    self.embedding = embedding
    self.voxels = voxels
  }
}

/// A position in a list that is sorted by descending time and then by id. The position is just after the record that
/// the cursor identifies.
public struct RecordCursor: Sendable, Hashable {
  /// The `createdAt` of the last record on the page.
  public let createdAt: Int
  /// The `id` of the last record on the page.
  public let id: String

  /// Makes a cursor.
  public init(createdAt: Int, id: String) {
    self.createdAt = createdAt
    self.id = id
  }
}
