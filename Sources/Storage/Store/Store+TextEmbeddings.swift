extension Store {
  /// Maximum number of stored text embeddings in all spaces together. The oldest are deleted first.
  static let textEmbeddingLimit = 20_000

  /// Returns the embeddings of texts, in the order of `keys`; nil for a text that is not stored. Each key is the tokens
  /// of a text as bytes.
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

  /// Stores the embeddings of texts in one transaction. Each key is the tokens of a text as bytes.
  ///
  /// - Throws: ``StoreError/unfit`` if an embedding does not fit the space, and the errors of every write.
  public func addTextEmbeddings(
    _ embeddings: [(key: [UInt8], values: [Float])], space: EmbeddingSpace
  ) async throws(StoreError) {
    guard embeddings.allSatisfy({ $0.values.fits(space) }) else { throw .unfit }
    try await writing { database, _ in
      for (key, values) in embeddings {
        let vector = KeyedVector(space: space, key: key, values: values)
        try KeyedVector.texts.insert(vector, or: .replace, in: database)
      }
      // Row numbers only increase, so a difference between row numbers limits the number of rows.
      try StoredTable.textEmbedding.delete(
        where: "number <= (SELECT max(number) FROM text_embedding) - ?",
        [.integer(Self.textEmbeddingLimit)], in: database)
    }
  }
}
