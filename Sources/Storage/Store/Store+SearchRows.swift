import GRDB

extension Store {
  /// Hands out every search row of a space, in the order in which their embeddings came, from one state of the store.
  ///
  /// Runs on the caller's thread, with about 12 microseconds a row of 768 floats. `body` must not call the store.
  /// Safety: the row's floats belong to the store and are valid during the call of `body` only.
  public func forEachSearchRow(
    space: EmbeddingSpace,
    _ body: (_ volumeID: String, _ metadata: VolumeMetadata, _ row: UnsafeBufferPointer<Float>) ->
      Void
  ) throws(StoreError) {
    // SQLite's blobs lie at any address, and floats may not.
    let scratch = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(space.components, 0))
    defer { scratch.deallocate() }
    let start = EmbeddingTable.searchRowChecksum(space: space)
    try readingNow { database, findings in
      guard let number = try SpaceTable.number(of: space, in: database) else { return }
      try database.forEachRow(Self.volumes, [.integer(number)]) { row in
        guard let id = row.text(1),
          let metadata = VolumeTable.metadata(row, of: id, column: 3, checksum: 2),
          let inputDigest = row.bytes(4), let embedding = row.integer(5)
        else {
          findings.note(row, in: .volume)
          return true
        }
        var checksum = start
        checksum.add(inputDigest)
        let isSound = try database.firstRow(Self.searchRow, [.integer(embedding)]) { row in
          Self.copy(row, checksum: checksum, to: scratch)
        }
        switch isSound {
        case true?: body(id, metadata, UnsafeBufferPointer(scratch))
        case false?: findings.wrong.insert(StoredRow(table: .embedding, number: embedding))
        // The row was lost and is still to be computed again.
        case nil: break
        }
        return true
      }
    }
  }

  // Reading the table from end to end and sorting these few columns takes a third of the page reads that following
  // the index from row to row takes. The floats come apart, so that they are not sorted too.
  private static let volumes = """
    SELECT volume.number, volume.id, volume.metadata_checksum, volume.metadata,
      volume.input_digest, embedding.number
    FROM volume NOT INDEXED
      CROSS JOIN embedding ON embedding.space = ? AND embedding.input_digest = volume.input_digest
    ORDER BY embedding.number
    """

  private static let searchRow = "SELECT checksum, floats FROM search_row WHERE embedding = ?"

  /// - Parameter checksum: Of what stands before the floats.
  /// - Returns: Whether the row is sound.
  private static func copy(
    _ row: ResultRow, checksum: RowChecksum, to scratch: UnsafeMutableBufferPointer<Float>
  ) -> Bool {
    let isCopied = row.withBytes(1) { bytes in
      guard bytes.count == scratch.count * MemoryLayout<Float>.stride else { return false }
      UnsafeMutableRawBufferPointer(scratch).copyMemory(from: bytes)
      var checksum = checksum
      checksum.add(UnsafeRawBufferPointer(scratch))
      return row.integer(0) == checksum.value
    }
    return isCopied == true && areFinite(UnsafeBufferPointer(scratch))
  }
}
