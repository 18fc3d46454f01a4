extension Store {
  /// Returns a volume and the stored voxels of its input; nil if the volume does not exist.
  public func voxels(
    ofVolume id: String
  ) async throws(StoreError) -> (record: VolumeRecord, bytes: [UInt8]?)? {
    try await reading { database, wrongRows in
      guard let (_, record) = try Self.volume(id: id, in: database, &wrongRows) else { return nil }
      let voxels = try VoxelRecord.table.first(
        "WHERE input_digest = ?", [.bytes(record.inputDigest)], in: database, &wrongRows)
      return (record, voxels?.record.bytes)
    }
  }

  /// Whether the voxels of the volume's input are stored.
  public func hasVoxels(ofVolume id: String) async throws(StoreError) -> Bool {
    try await reading { database, _ in
      try database.integer(
        """
        SELECT 1 FROM voxels WHERE input_digest = (SELECT input_digest FROM volume WHERE id = ?)
        """, [.text(id)]) != nil
    }
  }
}
