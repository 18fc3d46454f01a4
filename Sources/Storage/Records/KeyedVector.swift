/// An embedding in a space, by what it was made from.
struct KeyedVector: Sendable {
  var space: EmbeddingSpace
  /// The digest of a model's input, or a text's tokens.
  var key: [UInt8]
  var values: [Float]

  /// The embeddings of prompts.
  static let texts = table(.textEmbedding, checksum: "text", key: "key")

  static func table(_ name: StoredTable, checksum: String, key: String) -> Table<KeyedVector> {
    Table(
      name, checksum: checksum, blank: KeyedVector(space: .blank, key: [], values: []),
      [.space(\.space), .bytes(key, \.key), .checksum, .floats(\.values, of: \.space)])
  }
}
