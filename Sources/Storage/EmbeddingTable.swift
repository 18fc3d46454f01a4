import GRDB

/// Volume embeddings and their search rows, by space and input.
enum EmbeddingTable {
  /// `number` is of the embedding; the search row is beside it.
  static let columns = """
    number, space, input_digest, embedding.checksum, embedding.floats, search_row.checksum,
    search_row.floats FROM embedding LEFT JOIN search_row ON search_row.embedding = number
    """

  /// An embedding and what it is of.
  struct Entry {
    let space: EmbeddingSpace
    let inputDigest: [UInt8]
    let embedding: VolumeEmbedding
  }

  /// The embedding of a row of ``columns``; nil if the row is wrong or has no search row.
  static func entry(_ row: ResultRow, spaces: [Int: EmbeddingSpace]) -> Entry? {
    guard let space = row.integer(1).flatMap({ spaces[$0] }), let digest = row.bytes(2),
      let values = row.floats(4, count: space.components),
      let searchRow = row.floats(6, count: space.components)
    else { return nil }
    var checksum = start("embedding", space, digest)
    checksum.add(values)
    guard row.integer(3) == checksum.value else { return nil }
    checksum = start("search", space, digest)
    checksum.add(searchRow)
    guard row.integer(5) == checksum.value else { return nil }
    let embedding = VolumeEmbedding(values: values, searchRow: searchRow)
    return Entry(space: space, inputDigest: digest, embedding: embedding)
  }

  /// The number of an embedding, if there is one.
  static func number(inputDigest: [UInt8], space: Int, in database: Database) throws -> Int? {
    try database.firstRow(
      "SELECT number FROM embedding WHERE space = ? AND input_digest = ?",
      [.integer(space), .bytes(inputDigest)]
    ) { $0.integer(0) } ?? nil
  }

  /// Inserts an embedding that is not there yet.
  static func insert(_ entry: Entry, space: Int, in database: Database) throws {
    var checksum = start("embedding", entry.space, entry.inputDigest)
    checksum.add(entry.embedding.values)
    try database.run(
      "INSERT INTO embedding (space, input_digest, checksum, floats) VALUES (?, ?, ?, ?)",
      [
        .integer(space), .bytes(entry.inputDigest), .integer(checksum.value),
        .floats(entry.embedding.values),
      ])
    let number = Int(database.lastInsertedRowID)
    checksum = start("search", entry.space, entry.inputDigest)
    checksum.add(entry.embedding.searchRow)
    try database.run(
      "INSERT INTO search_row (embedding, checksum, floats) VALUES (?, ?, ?)",
      [.integer(number), .integer(checksum.value), .floats(entry.embedding.searchRow)])
  }

  /// The checksum of a space's search rows so far: the input's digest and the floats are still to be added.
  static func searchRowChecksum(space: EmbeddingSpace) -> RowChecksum {
    var checksum = RowChecksum("search")
    checksum.add(space)
    return checksum
  }

  /// Deletes the embeddings of an input, of all spaces, if no volume has this input any more.
  static func deleteUnshared(inputDigest: [UInt8], in database: Database) throws {
    try database.run(
      """
      DELETE FROM embedding WHERE input_digest = ?1
        AND NOT EXISTS (SELECT 1 FROM volume WHERE input_digest = ?1)
      """, [.bytes(inputDigest)])
  }

  /// Deletes all embeddings whose volumes are gone.
  static func deleteOrphans(in database: Database) throws {
    try database.run(
      """
      DELETE FROM embedding WHERE NOT EXISTS
        (SELECT 1 FROM volume WHERE volume.input_digest = embedding.input_digest)
      """)
  }

  private static func start(_ kind: String, _ space: EmbeddingSpace, _ digest: [UInt8])
    -> RowChecksum
  {
    var checksum = RowChecksum(kind)
    checksum.add(space)
    checksum.add(digest)
    return checksum
  }
}
