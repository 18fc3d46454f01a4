extension Store {
  /// Adds a volume and its embedding.
  ///
  /// If the volume is already stored, its time and metadata do not change. An embedding that is already stored does not
  /// change either. A new recipe can change the model input of a stored volume. In this case, the volume gets the new
  /// input and document. The data of the old input is deleted, unless another volume has the same input.
  ///
  /// - Parameters:
  ///   - updatesDocument: Whether to replace the document of a stored volume, because the volume was measured again.
  ///   - committed: Called with the volume's metadata after the volume is stored and before the next change.
  /// - Returns: Whether the volume is new.
  /// - Throws: ``StoreError/unfit``, ``StoreError/busy``, ``StoreError/full``, ``StoreError/corrupt``,
  ///   ``StoreError/closed`` or ``StoreError/failed(code:)``, like all functions that write.
  public func addVolume(
    _ record: VolumeRecord, embedding: VolumeEmbedding, voxels: [UInt8]? = nil,
    space: EmbeddingSpace, updatesDocument: Bool = false,
    committed: @escaping @Sendable (VolumeMetadata) -> Void = { _ in }
  ) async throws(StoreError) -> Bool {
    let entry = VolumeEntry(record: record, embedding: embedding, voxels: voxels)
    return try await addVolumes([entry], space: space, updatesDocuments: updatesDocument) {
      committed($0[0])
    } == 1
  }

  /// Adds all volumes in one transaction, or none of them. About 1000 volumes in one call are efficient.
  ///
  /// - Parameters:
  ///   - updatesDocuments: Whether to replace the documents of volumes that are already stored.
  ///   - committed: Called with the stored metadata of each volume, after all volumes are stored and before the next
  ///     change.
  /// - Returns: The number of new volumes.
  @discardableResult
  public func addVolumes(
    _ entries: [VolumeEntry], space: EmbeddingSpace, updatesDocuments: Bool = false,
    committed: @escaping @Sendable ([VolumeMetadata]) -> Void = { _ in }
  ) async throws(StoreError) -> Int {
    guard entries.allSatisfy({ $0.fits(space) }) else { throw .unfit }
    let outcome = try await writing(
      isOrdered: true, committed: { committed($0.metadata) }
    ) { database, wrongRows in
      var outcome = (added: 0, metadata: [VolumeMetadata]())
      for entry in entries {
        let known = try Self.add(
          entry.record, updatesDocument: updatesDocuments, to: database, &wrongRows)
        if known == nil { outcome.added += 1 }
        outcome.metadata.append(known?.metadata ?? entry.record.metadata)
        try Self.add(entry, space: space, to: database, &wrongRows)
        database.note(StoreChange(kind: .volume, id: entry.record.id))
        if let bytes = entry.voxels {
          let voxels = VoxelRecord(inputDigest: entry.record.inputDigest, bytes: bytes)
          try VoxelRecord.table.insert(voxels, or: .ignore, in: database)
        }
      }
      return outcome
    }
    return outcome.added
  }

  /// Returns a volume and its embedding in `space`. The embedding is nil if the volume has none there. Returns nil if
  /// the volume does not exist.
  public func volume(id: String, space: EmbeddingSpace) async throws(StoreError)
    -> (record: VolumeRecord, embedding: VolumeEmbedding?)?
  {
    try await reading { database, wrongRows in
      guard let (_, record) = try Self.volume(id: id, in: database, &wrongRows) else { return nil }
      let embedding = try Self.embedding(
        inputDigest: record.inputDigest, space: space, in: database, &wrongRows)
      return (record, embedding)
    }
  }

  /// Returns the embedding of a model input, regardless of the volume that it was made from. Runs on the caller's
  /// thread.
  public func embeddingNow(inputDigest: [UInt8], space: EmbeddingSpace) throws(StoreError)
    -> VolumeEmbedding?
  {
    try readingNow { database, wrongRows in
      try Self.embedding(inputDigest: inputDigest, space: space, in: database, &wrongRows)
    }
  }

  /// Returns the documents of all volumes that have a model input. Runs on the caller's thread.
  public func documentsNow(inputDigest: [UInt8]) throws(StoreError) -> [[UInt8]] {
    try readingNow { database, wrongRows in
      try VolumeRecord.table.all(
        "WHERE input_digest = ?", [.bytes(inputDigest)], in: database, &wrongRows
      ).map(\.record.document)
    }
  }

  /// Replaces a volume's metadata.
  ///
  /// - Parameter committed: Called after the metadata is stored and before the next change. Not called if the volume
  ///   does not exist.
  /// - Returns: Whether the volume exists.
  public func setMetadata(
    _ metadata: VolumeMetadata, ofVolume id: String,
    committed: @escaping @Sendable () -> Void = {}
  ) async throws(StoreError) -> Bool {
    try await writing(isOrdered: true, committed: { if $0 { committed() } }) {
      database, wrongRows in
      guard var known = try Self.volume(id: id, in: database, &wrongRows) else { return false }
      known.record.metadata = metadata
      try known.record.replaceMetadata(of: known.number, in: database)
      database.note(StoreChange(kind: .volume, id: id))
      return true
    }
  }

  /// Returns the volume with an id, and its row number. Records a faulty row and treats it as missing.
  static func volume(id: String, in database: any StoreConnection, _ wrongRows: inout WrongRows)
    throws
    -> (number: Int, record: VolumeRecord)?
  {
    try VolumeRecord.table.first("WHERE id = ?", [.text(id)], in: database, &wrongRows)
  }

  /// Returns the embedding of a model input. Records a faulty row and treats it as missing.
  static func embedding(
    inputDigest: [UInt8], space: EmbeddingSpace, in database: any StoreConnection,
    _ wrongRows: inout WrongRows
  ) throws -> VolumeEmbedding? {
    guard let number = try space.number(in: database) else { return nil }
    let spaces = [number: space]
    return try database.firstRow(
      "\(EmbeddingTable.select) WHERE space = ? AND input_digest = ?",
      [.integer(number), .bytes(inputDigest)]
    ) { row in
      switch EmbeddingTable.content(row, spaces: spaces) {
      case .whole(let vector, let searchRow):
        return VolumeEmbedding(values: vector.values, searchRow: searchRow)
      case .bare(_, isMissing: true): break
      case .bare, .wrong: wrongRows.add(row, in: .embedding)
      }
      return nil
    } ?? nil
  }

  /// Adds a volume, or updates the stored one.
  ///
  /// - Returns: The record that was stored before, or nil if the volume is new.
  private static func add(
    _ record: VolumeRecord, updatesDocument: Bool, to database: any StoreConnection,
    _ wrongRows: inout WrongRows
  ) throws -> VolumeRecord? {
    guard let known = try volume(id: record.id, in: database, &wrongRows) else {
      // Deletes a faulty row, so that the new row can replace it.
      try wrongRows.setAside(in: database)
      try record.insert(in: database)
      return nil
    }
    let hasNewInput = known.record.inputDigest != record.inputDigest
    let hasNewDocument = updatesDocument && known.record.document != record.document
    guard hasNewInput || hasNewDocument else { return known.record }
    var changed = record
    changed.createdAt = known.record.createdAt
    changed.byteCount = known.record.byteCount
    try VolumeRecord.table.update(
      ["input_digest", "document", "checksum"], by: changed, where: "number = ?",
      [.integer(known.number)], in: database)
    guard hasNewInput else { return known.record }
    try StoredTable.deleteUnshared(inputDigest: known.record.inputDigest, in: database)
    return known.record
  }

  private static func add(
    _ entry: VolumeEntry, space: EmbeddingSpace, to database: any StoreConnection,
    _ wrongRows: inout WrongRows
  ) throws {
    let digest = entry.record.inputDigest
    guard try embedding(inputDigest: digest, space: space, in: database, &wrongRows) == nil
    else { return }
    try wrongRows.setAside(in: database)
    // The embedding may be stored without its search row, so it is replaced.
    try StoredTable.embedding.delete(
      where: "space = ? AND input_digest = ?",
      [.integer(space.add(to: database)), .bytes(digest)], in: database)
    try EmbeddingTable.insert(
      KeyedVector(space: space, key: digest, values: entry.embedding.values),
      searchRow: entry.embedding.searchRow, in: database)
  }

}

extension VolumeEntry {
  /// Whether the entry's digest and embedding have the right sizes for `space`, and all floats are finite.
  fileprivate func fits(_ space: EmbeddingSpace) -> Bool {
    record.inputDigest.count == VolumeRecord.digestBytes && embedding.values.fits(space)
      && embedding.searchRow.fits(space)
  }
}

extension [Float] {
  /// Whether the array has as many elements as the space has components, and all of them are finite.
  func fits(_ space: EmbeddingSpace) -> Bool {
    count == space.components && withUnsafeBufferPointer(areFinite)
  }
}

extension StoreSnapshot {
  /// Returns the number of volumes.
  public func volumeCount() throws -> Int {
    try database.integer("SELECT count(*) FROM volume") ?? 0
  }
}
