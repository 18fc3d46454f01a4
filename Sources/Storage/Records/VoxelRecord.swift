/// The voxels of a model input, identified by its digest. Slice images and heat maps are drawn from them.
struct VoxelRecord: Sendable {
  var inputDigest: [UInt8]
  /// The voxels, in the caller's format.
  var bytes: [UInt8]

  static let table = Table(
    .voxels, checksum: "voxels", blank: VoxelRecord(inputDigest: [], bytes: []),
    [.bytes("input_digest", \.inputDigest), .checksum, .bytes("bytes", \.bytes)])
}
