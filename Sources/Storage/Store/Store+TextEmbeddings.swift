import GRDB

extension Store {
  /// Most stored text embeddings of all spaces; the oldest are deleted first.
  public static let textEmbeddingLimit = 20_000

  /// The embeddings of texts, by their tokens as bytes; nil for unknown texts.
  public func textEmbeddings(
    keys: [[UInt8]], space: EmbeddingSpace
  ) async throws(StoreError) -> [[Float]?] {
    try await reading { database, wrongRows in
      guard let number = try SpaceTable.number(of: space, in: database) else {
        return keys.map { _ in nil }
      }
      return try keys.map { key in
        try database.firstRow(
          "SELECT \(TextEmbeddingTable.columns) WHERE space = ? AND key = ?",
          [.integer(number), .bytes(key)]
        ) { row in
          let entry = TextEmbeddingTable.entry(row, spaces: [number: space])
          if entry == nil { wrongRows.add(row, in: .textEmbedding) }
          return entry?.values
        } ?? nil
      }
    }
  }

  /// Stores embeddings of texts by their tokens as bytes, in one transaction.
  public func addTextEmbeddings(
    _ embeddings: [(key: [UInt8], values: [Float])], space: EmbeddingSpace
  ) async throws(StoreError) {
    guard embeddings.allSatisfy({ $0.values.fits(space) }) else { throw .unfit }
    try await writing { database, _ in
      let number = try SpaceTable.add(space, to: database)
      for (key, values) in embeddings {
        let entry = TextEmbeddingTable.Entry(space: space, key: key, values: values)
        try TextEmbeddingTable.put(entry, space: number, in: database)
      }
      try TextEmbeddingTable.keepNewest(Self.textEmbeddingLimit, in: database)
    }
  }
}
