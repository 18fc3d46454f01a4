/// The voxels of a stored volume's model input, by digest. Slices and maps are drawn from them.
struct VoxelRecord: Sendable {
  var inputDigest: [UInt8]
  /// The voxels, in the caller's format.
  var bytes: [UInt8]

  static let table = Table(
    .voxels, checksum: "voxels", blank: VoxelRecord(inputDigest: [], bytes: []),
    [.bytes("input_digest", \.inputDigest), .checksum, .bytes("bytes", \.bytes)])
}
