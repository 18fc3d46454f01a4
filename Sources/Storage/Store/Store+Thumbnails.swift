extension Store {
  /// Returns a volume and the stored thumbnail of its input; nil if the volume does not exist.
  public func thumbnail(
    ofVolume id: String
  ) async throws(StoreError) -> (record: VolumeRecord, bytes: [UInt8]?)? {
    try await reading { database, wrongRows in
      guard let (_, record) = try Self.volume(id: id, in: database, &wrongRows) else { return nil }
      let thumbnail = try ThumbnailRecord.table.first(
        "WHERE input_digest = ?", [.bytes(record.inputDigest)], in: database, &wrongRows)
      return (record, thumbnail?.record.bytes)
    }
  }

  /// Stores the thumbnail of a model input, and replaces an earlier one. Does nothing if no stored volume has this input
  /// any more.
  ///
  /// - Throws: ``StoreError/lowSpace``, so that thumbnails leave space for volumes. Also throws the errors of every
  ///   write.
  public func addThumbnail(
    _ bytes: [UInt8], ofInput inputDigest: [UInt8]
  ) async throws(StoreError) {
    try await writing { database, _ in
      let volume = try database.integer(
        "SELECT 1 FROM volume WHERE input_digest = ?\(database.sharedLock)", [.bytes(inputDigest)])
      guard volume != nil else { return }
      try self.engine.requireRoom(forOptional: bytes.count, in: database)
      try ThumbnailRecord.table.insert(
        ThumbnailRecord(inputDigest: inputDigest, bytes: bytes), or: .replace, in: database)
    }
  }
}
