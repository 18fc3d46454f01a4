/// An embedding in one space, with the key of its input.
struct KeyedVector: Sendable {
  var space: EmbeddingSpace
  /// The key of the input. It is the digest of a model's input, or the tokens of a text as bytes.
  var key: [UInt8]
  var values: [Float]

  /// The table of text embeddings.
  static let texts = table(.textEmbedding, checksum: "text", key: "key")

  static func table(_ name: StoredTable, checksum: String, key: String) -> Table<KeyedVector> {
    Table(
      name, checksum: checksum, key: ["space", key],
      blank: KeyedVector(space: .blank, key: [], values: []),
      [.space(\.space), .bytes(key, \.key), .checksum, .floats(\.values, of: \.space)])
  }
}
