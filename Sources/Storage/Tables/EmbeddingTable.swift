import GRDB

/// Volume embeddings and their search rows, by space and input.
enum EmbeddingTable {
  /// `number` belongs to the embedding; the search row follows.
  static let columns = """
    number, space, input_digest, embedding.checksum, embedding.floats, search_row.checksum,
    search_row.floats FROM embedding LEFT JOIN search_row ON search_row.embedding = number
    """

  /// An embedding with its search row, and its input.
  struct Entry {
    let space: EmbeddingSpace
    let inputDigest: [UInt8]
    let embedding: VolumeEmbedding
  }

  /// An embedding without its search row, which can be computed again.
  struct Bare {
    let space: EmbeddingSpace
    let inputDigest: [UInt8]
    let values: [Float]
  }

  /// The content of a row of ``columns``.
  enum Content {
    case whole(Entry)
    /// The embedding alone; the search row is missing or wrong.
    case bare(Bare, isMissing: Bool)
    case wrong
  }

  /// Reads a row of ``columns``.
  static func content(_ row: some RowColumns, spaces: [Int: EmbeddingSpace]) -> Content {
    guard let space = row.integer(1).flatMap({ spaces[$0] }), let digest = row.bytes(2),
      let values = row.floats(4, count: space.components)
    else { return .wrong }
    var checksum = start("embedding", space, digest)
    checksum.add(values)
    guard row.integer(3) == checksum.value else { return .wrong }
    let bare = Bare(space: space, inputDigest: digest, values: values)
    let isMissing = row.isNull(5) && row.isNull(6)
    guard let searchRow = row.floats(6, count: space.components) else {
      return .bare(bare, isMissing: isMissing)
    }
    checksum = start("search", space, digest)
    checksum.add(searchRow)
    guard row.integer(5) == checksum.value else { return .bare(bare, isMissing: false) }
    let embedding = VolumeEmbedding(values: values, searchRow: searchRow)
    return .whole(Entry(space: space, inputDigest: digest, embedding: embedding))
  }

  /// The number of an embedding, if it exists.
  static func number(inputDigest: [UInt8], space: Int, in database: Database) throws -> Int? {
    try database.firstRow(
      "SELECT number FROM embedding WHERE space = ? AND input_digest = ?",
      [.integer(space), .bytes(inputDigest)]
    ) { $0.integer(0) } ?? nil
  }

  /// Inserts a new embedding.
  static func insert(_ entry: Entry, space: Int, in database: Database) throws {
    let bare = Bare(
      space: entry.space, inputDigest: entry.inputDigest, values: entry.embedding.values)
    try insert(bare, space: space, in: database)
    try insert(
      searchRow: entry.embedding.searchRow, of: Int(database.lastInsertedRowID), bare, in: database)
  }

  /// Inserts a new embedding without a search row.
  static func insert(_ bare: Bare, space: Int, in database: Database) throws {
    var checksum = start("embedding", bare.space, bare.inputDigest)
    checksum.add(bare.values)
    try database.run(
      "INSERT INTO embedding (space, input_digest, checksum, floats) VALUES (?, ?, ?, ?)",
      [
        .integer(space), .bytes(bare.inputDigest), .integer(checksum.value), .floats(bare.values),
      ])
  }

  /// Inserts the missing search row of an embedding.
  static func insert(
    searchRow: [Float], of number: Int, _ bare: Bare, in database: Database
  ) throws {
    var checksum = start("search", bare.space, bare.inputDigest)
    checksum.add(searchRow)
    try database.run(
      "INSERT INTO search_row (embedding, checksum, floats) VALUES (?, ?, ?)",
      [.integer(number), .integer(checksum.value), .floats(searchRow)])
  }

  /// The checksum of a space's search rows so far, without the input's digest and the floats.
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
