extension StoreSnapshot {
  /// Passes each search row of a space to `body`, in the order in which the rows were added. A search row is the vector
  /// that a search uses. See ``VolumeEmbedding/searchRow``.
  ///
  /// Takes about 12 microseconds for each row of 768 floats. Safety: the store owns the row's floats. They are valid
  /// only until `body` returns.
  ///
  /// - Parameter ids: The ids of the volumes whose rows to pass; nil for all volumes.
  public func forEachSearchRow(
    space: EmbeddingSpace, ids: Set<String>? = nil,
    _ body: (_ volumeID: String, _ metadata: VolumeMetadata, _ row: UnsafeBufferPointer<Float>) ->
      Void
  ) throws {
    // Floats must be aligned, but blobs from SQLite may be unaligned.
    let scratch = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(space.components, 0))
    defer { scratch.deallocate() }
    let start = EmbeddingTable.searchRowChecksum(space: space)
    guard let number = try space.number(in: database) else { return }
    let isJoined = database.dialect == .postgreSQL || ids != nil
    func read(_ row: any RowColumns) throws -> Bool {
      guard let id = row.text(1),
        let metadata = VolumeRecord.metadata(row, of: id, column: 3),
        let inputDigest = row.bytes(4), let embedding = row.integer(5)
      else {
        wrongRows.add(row, in: .volume)
        return true
      }
      var checksum = start
      checksum.add(inputDigest)
      let isSound: Bool? =
        if isJoined {
          row.isNull(6) ? nil : Self.copy(row, at: 6, checksum: checksum, to: scratch)
        } else {
          try database.firstRow(Self.searchRow, [.integer(embedding)]) { row in
            Self.copy(row, at: 0, checksum: checksum, to: scratch)
          }
        }
      switch isSound {
      case true?: body(id, metadata, UnsafeBufferPointer(scratch))
      case false?: wrongRows.rows.insert(StoredRow(table: .embedding, number: embedding))
      // The search row was lost and has not been computed again yet.
      case nil: break
      }
      return true
    }
    guard let ids else {
      let rows = isJoined ? Self.volumesWithRows : Self.volumes
      return try database.streamRows("\(rows) \(Self.order)", [.integer(number)], read)
    }
    for list in IDList.lists(of: ids) {
      try database.forEachRow(
        "\(Self.volumesWithRows) WHERE volume.id IN (\(list.places)) \(Self.order)",
        [.integer(number)] + list.values, read)
    }
  }

  // This statement reads the whole table and sorts only these few columns. It reads a third of the pages that an index
  // lookup for each row would read. The floats are read separately, so that SQLite does not sort them.
  private static let volumes = """
    SELECT volume.number, volume.id, volume.metadata_checksum, volume.metadata,
      volume.input_digest, embedding.number
    FROM volume NOT INDEXED
      CROSS JOIN embedding ON embedding.space = ? AND embedding.input_digest = volume.input_digest
    """

  // A separate query for each row would need one round trip to the server each time, so this statement joins the search
  // rows.
  private static let volumesWithRows = """
    SELECT volume.number, volume.id, volume.metadata_checksum, volume.metadata,
      volume.input_digest, embedding.number, search_row.checksum, search_row.floats
    FROM volume
      JOIN embedding ON embedding.space = ? AND embedding.input_digest = volume.input_digest
      LEFT JOIN search_row ON search_row.embedding = embedding.number
    """

  private static let order = "ORDER BY embedding.number"

  private static let searchRow = "SELECT checksum, floats FROM search_row WHERE embedding = ?"

  /// Copies the floats of a search row to `scratch` and verifies their checksum.
  ///
  /// - Parameters:
  ///   - column: The column of the checksum. The floats are in the next column.
  ///   - checksum: The checksum of all data that precedes the floats.
  /// - Returns: Whether the row is sound.
  private static func copy(
    _ row: any RowColumns, at column: Int32, checksum: RowChecksum,
    to scratch: UnsafeMutableBufferPointer<Float>
  ) -> Bool {
    let isCopied = row.withBytes(column + 1) { bytes in
      guard bytes.count == scratch.count * MemoryLayout<Float>.stride else { return false }
      UnsafeMutableRawBufferPointer(scratch).copyMemory(from: bytes)
      var checksum = checksum
      checksum.add(UnsafeRawBufferPointer(scratch))
      return row.integer(column) == checksum.value
    }
    return isCopied == true && areFinite(UnsafeBufferPointer(scratch))
  }
}
