extension Store {
  /// Returns a volume and the stored patch embeddings of its input in a space; nil if the volume does not exist.
  public func patches(
    ofVolume id: String, space: EmbeddingSpace
  ) async throws(StoreError) -> (record: VolumeRecord, bytes: [UInt8]?)? {
    try await reading { database, wrongRows in
      guard let (_, record) = try Self.volume(id: id, in: database, &wrongRows) else { return nil }
      guard let number = try space.number(in: database) else { return (record, nil) }
      let patches = try PatchRecord.table.first(
        "WHERE input_digest = ? AND space = ?", [.bytes(record.inputDigest), .integer(number)],
        spaces: [number: space], in: database, &wrongRows)
      return (record, patches?.record.bytes)
    }
  }

  /// Whether the patch embeddings of the volume's input are stored in a space.
  public func hasPatches(
    ofVolume id: String, space: EmbeddingSpace
  ) async throws(StoreError) -> Bool {
    try await reading { database, _ in
      guard let number = try space.number(in: database) else { return false }
      return try database.integer(
        """
        SELECT 1 FROM patches
        WHERE input_digest = (SELECT input_digest FROM volume WHERE id = ?) AND space = ?
        """, [.text(id), .integer(number)]) != nil
    }
  }

  /// Stores the patch embeddings of a model input. Does nothing if no stored volume has this input any more.
  ///
  /// - Parameter replaces: Whether to replace patch embeddings that are already stored. If false, the stored ones
  ///   remain.
  /// - Throws: ``StoreError/lowSpace``, so that patch embeddings leave space for volumes. Also throws the errors of
  ///   every write.
  public func addPatches(
    _ bytes: [UInt8], ofInput inputDigest: [UInt8], space: EmbeddingSpace, replaces: Bool = false
  ) async throws(StoreError) {
    try await writing { database, _ in
      let volume = try database.integer(
        "SELECT 1 FROM volume WHERE input_digest = ?\(database.sharedLock)", [.bytes(inputDigest)])
      guard volume != nil else { return }
      try self.engine.requireRoom(forOptional: bytes.count, in: database)
      try PatchRecord.table.insert(
        PatchRecord(space: space, inputDigest: inputDigest, bytes: bytes),
        or: replaces ? .replace : .ignore, in: database)
    }
  }
}
