import GRDB

/// Embeddings of prompts, by space and tokens.
enum TextEmbeddingTable {
  static let columns = "number, space, key, checksum, floats FROM text_embedding"

  /// An embedding and its tokens.
  struct Entry {
    let space: EmbeddingSpace
    let key: [UInt8]
    let values: [Float]

    fileprivate var checksum: Int {
      var checksum = RowChecksum("text")
      checksum.add(space)
      checksum.add(key)
      checksum.add(values)
      return checksum.value
    }
  }

  /// The embedding of a row of ``columns``; nil if the row is wrong.
  static func entry(_ row: some RowColumns, spaces: [Int: EmbeddingSpace]) -> Entry? {
    guard let space = row.integer(1).flatMap({ spaces[$0] }), let key = row.bytes(2),
      let values = row.floats(4, count: space.components)
    else { return nil }
    let entry = Entry(space: space, key: key, values: values)
    return row.integer(3) == entry.checksum ? entry : nil
  }

  /// Inserts an embedding, or replaces the one with its key.
  static func put(_ entry: Entry, space: Int, in database: Database) throws {
    try database.run(
      "INSERT OR REPLACE INTO text_embedding (space, key, checksum, floats) VALUES (?, ?, ?, ?)",
      [.integer(space), .bytes(entry.key), .integer(entry.checksum), .floats(entry.values)])
  }

  /// Deletes all except the last `limit` embeddings.
  static func keepNewest(_ limit: Int, in database: Database) throws {
    // Numbers only grow, so they count the insertions.
    try database.run(
      """
      DELETE FROM text_embedding
        WHERE number <= (SELECT max(number) FROM text_embedding) - ?
      """, [.integer(limit)])
  }
}
