import GRDB

extension Store {
  /// The stored voxels of a volume's input, and the volume; nil for an unknown volume.
  public func voxels(
    ofVolume id: String
  ) async throws(StoreError) -> (record: VolumeRecord, bytes: [UInt8]?)? {
    try await reading { database, wrongRows in
      guard let (_, record) = try Self.volume(id: id, in: database, &wrongRows) else { return nil }
      let bytes = try database.firstRow(
        "SELECT \(VoxelTable.columns) WHERE input_digest = ?", [.bytes(record.inputDigest)]
      ) { row in
        let entry = VoxelTable.entry(row)
        if entry == nil { wrongRows.add(row, in: .voxels) }
        return entry?.bytes
      }
      return (record, bytes ?? nil)
    }
  }

  /// Whether voxels are stored with a volume's input.
  public func hasVoxels(ofVolume id: String) async throws(StoreError) -> Bool {
    try await reading { database, _ in
      try database.firstRow(
        """
        SELECT 1 FROM voxels WHERE input_digest = (SELECT input_digest FROM volume WHERE id = ?)
        """, [.text(id)]
      ) { _ in true } ?? false
    }
  }
}
