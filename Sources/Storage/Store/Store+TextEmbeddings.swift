import GRDB

extension Store {
  /// Most stored text embeddings of all spaces; the oldest are deleted first.
  static let textEmbeddingLimit = 20_000

  /// The embeddings of texts, by their tokens as bytes; nil for unknown texts.
  public func textEmbeddings(
    keys: [[UInt8]], space: EmbeddingSpace
  ) async throws(StoreError) -> [[Float]?] {
    try await reading { database, wrongRows in
      guard let number = try space.number(in: database) else {
        return keys.map { _ in nil }
      }
      return try keys.map { key in
        try KeyedVector.texts.first(
          "WHERE space = ? AND key = ?", [.integer(number), .bytes(key)],
          spaces: [number: space], in: database, &wrongRows)?.record.values
      }
    }
  }

  /// Stores embeddings of texts by their tokens as bytes, in one transaction.
  public func addTextEmbeddings(
    _ embeddings: [(key: [UInt8], values: [Float])], space: EmbeddingSpace
  ) async throws(StoreError) {
    guard embeddings.allSatisfy({ $0.values.fits(space) }) else { throw .unfit }
    try await writing { database, _ in
      for (key, values) in embeddings {
        let vector = KeyedVector(space: space, key: key, values: values)
        try KeyedVector.texts.insert(vector, or: .replace, in: database)
      }
      // Numbers only grow, so they count the insertions.
      try StoredTable.textEmbedding.delete(
        where: "number <= (SELECT max(number) FROM text_embedding) - ?",
        [.integer(Self.textEmbeddingLimit)], in: database)
    }
  }
}
