/// The table of volume embeddings and their search rows. A row belongs to one space and one model input. A search row
/// is the vector that a search uses. See ``VolumeEmbedding/searchRow``.
enum EmbeddingTable {
  /// The table of embeddings, without their search rows.
  static let vectors = KeyedVector.table(.embedding, checksum: "embedding", key: "input_digest")

  /// The kinds of the columns that follow the embedding's number in a search row.
  static let searchRowKinds: [ColumnKind] = [.integer, .blob]

  /// A `SELECT` statement that returns the columns of ``vectors``, then the search row's checksum and floats. A
  /// condition may be appended.
  static let select = """
    SELECT number, \(vectors.fields.map { "embedding.\($0.name)" }.joined(separator: ", ")),
      search_row.checksum, search_row.floats
    FROM embedding LEFT JOIN search_row ON search_row.embedding = number
    """

  /// The content of a row that ``select`` returns.
  enum Content {
    case whole(KeyedVector, searchRow: [Float])
    /// Only the embedding is sound. The search row is missing or faulty, and can be computed again.
    case bare(KeyedVector, isMissing: Bool)
    case wrong
  }

  /// Reads a row that ``select`` returns.
  static func content(_ row: any RowColumns, spaces: [Int: EmbeddingSpace]) -> Content {
    let column = Int32(vectors.fields.count + 1)
    let isMissing = row.isNull(column) && row.isNull(column + 1)
    return content(row, searchRow: isMissing ? nil : row, at: column, spaces: spaces)
  }

  /// Reads an embedding and its search row. `searchRow` is nil if the search row is missing.
  ///
  /// - Parameter column: The column of the search row's checksum. The floats are in the next column.
  static func content(
    _ row: any RowColumns, searchRow: (any RowColumns)?, at column: Int32,
    spaces: [Int: EmbeddingSpace]
  ) -> Content {
    guard let vector = vectors.record(row, spaces: spaces) else { return .wrong }
    guard let searchRow else { return .bare(vector, isMissing: true) }
    guard let values = searchRow.floats(column + 1, count: vector.space.components),
      searchRow.integer(column) == searchRowChecksum(vector, values)
    else { return .bare(vector, isMissing: false) }
    return .whole(vector, searchRow: values)
  }

  /// Inserts an embedding. Also inserts its search row if `searchRow` is not nil.
  static func insert(
    _ vector: KeyedVector, searchRow: [Float]?, or conflict: Conflict = .abort,
    in database: any StoreConnection
  ) throws {
    guard let number = try vectors.insert(vector, or: conflict, in: database), let searchRow
    else { return }
    try insert(searchRow: searchRow, of: number, vector, in: database)
  }

  /// Inserts the missing search row of an embedding.
  static func insert(
    searchRow: [Float], of number: Int, _ vector: KeyedVector, in database: any StoreConnection
  ) throws {
    try database.run(
      "INSERT INTO search_row (embedding, checksum, floats) VALUES (?, ?, ?)",
      [
        .integer(number), .integer(searchRowChecksum(vector, searchRow)), .floats(searchRow),
      ])
  }

  /// Starts the checksum of a search row with its space. The caller must then add the input's digest and the floats.
  static func searchRowChecksum(space: EmbeddingSpace) -> RowChecksum {
    var checksum = RowChecksum("search")
    checksum.add(space)
    return checksum
  }

  private static func searchRowChecksum(_ vector: KeyedVector, _ searchRow: [Float]) -> Int {
    var checksum = searchRowChecksum(space: vector.space)
    checksum.add(vector.key)
    checksum.add(.floats(searchRow))
    return checksum.value
  }
}
