/// A small picture of a model input, identified by its digest. Lists show it for volumes with stored voxels.
struct ThumbnailRecord: Sendable {
  var inputDigest: [UInt8]
  /// The picture, in the caller's format.
  var bytes: [UInt8]

  static let table = Table(
    .thumbnail, checksum: "thumbnail", key: ["input_digest"],
    blank: ThumbnailRecord(inputDigest: [], bytes: []),
    [
      .checksum, .bytes("input_digest", \.inputDigest, count: VolumeRecord.digestBytes),
      .bytes("bytes", \.bytes),
    ])
}
