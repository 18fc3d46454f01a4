/// The patch embeddings of a model input in one space. Heat maps are computed from them.
struct PatchRecord: Sendable {
  var space: EmbeddingSpace
  var inputDigest: [UInt8]
  /// The patch embeddings, in the caller's format.
  var bytes: [UInt8]

  static let table = Table(
    .patches, checksum: "patches", key: ["input_digest", "space"],
    blank: PatchRecord(space: .blank, inputDigest: [], bytes: []),
    [
      .space(\.space), .checksum,
      .bytes("input_digest", \.inputDigest, count: VolumeRecord.digestBytes),
      .bytes("bytes", \.bytes),
    ])
}
