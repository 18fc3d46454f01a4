/// The stored file of a volume.
public struct StoredSource: Sendable, Equatable {
  /// The length of the file in bytes.
  public let byteCount: Int
  /// The sum of the checksums of all parts. It identifies the content, together with the volume and the length.
  public let checksum: Int
}

extension Store {
  /// The maximum number of bytes in each piece that ``addSource(ofVolume:_:)`` takes and
  /// ``readSource(ofVolume:_:)`` passes.
  public static let sourcePieceBytes = SourceRecord.partBytes * SourceRecord.partsPerTransaction

  /// Returns the size of a volume's stored file; nil if the file is not stored, or if a part of it is missing.
  public func source(ofVolume id: String) async throws(StoreError) -> StoredSource? {
    try await reading { database, _ in
      try database.firstRow(
        """
        SELECT count(*), coalesce(max(parts), 0), coalesce(max(place), 0) + 1,
          CAST(coalesce(sum(length(bytes)), 0) AS bigint),
          CAST(coalesce(sum(checksum), 0) AS bigint)
        FROM source WHERE volume_id = ?
        """, [.text(id)]
      ) { row -> StoredSource? in
        guard let count = row.integer(0), count > 0, row.integer(1) == count,
          row.integer(2) == count, let bytes = row.integer(3), let checksum = row.integer(4)
        else { return nil }
        return StoredSource(byteCount: bytes, checksum: checksum)
      } ?? nil
    }
  }

  /// Stores the file of a volume, and replaces the one that is stored. Other writes can run between the pieces.
  ///
  /// The last part contains the number of parts. If the process ends before, or if a part is damaged later, the file
  /// counts as not stored.
  ///
  /// - Parameters:
  ///   - id: The id of a stored volume.
  ///   - next: Returns the next bytes, at least one and at most ``sourcePieceBytes``; nil at the end.
  /// - Returns: Whether the file is stored. It is not stored if the volume does not exist.
  /// - Throws: ``StoreError/lowSpace``, so that files leave space for volumes. Also throws the errors of every write,
  ///   and those of `next`. If this throws, nothing remains of the file.
  public func addSource(
    ofVolume id: String, _ next: () async throws -> [UInt8]?
  ) async throws -> Bool {
    do {
      var place = 0
      var piece = try await next()
      while let bytes = piece {
        let following = try await next()
        let isStored = try await add(bytes, at: place, isLast: following == nil, ofVolume: id)
        guard isStored else { return false }
        place += (bytes.count + SourceRecord.partBytes - 1) / SourceRecord.partBytes
        piece = following
      }
      return place > 0
    } catch {
      _ = try? await writing(erasing: true) { database, _ in
        try StoredTable.source.delete(where: "volume_id = ?", [.text(id)], in: database)
      }
      throw error
    }
  }

  /// Stores a piece in one transaction. The first piece replaces what is stored.
  ///
  /// - Returns: Whether the volume exists.
  private func add(
    _ piece: [UInt8], at place: Int, isLast: Bool, ofVolume id: String
  ) async throws(StoreError) -> Bool {
    try await writing { database, _ in
      let volume = try database.integer(
        "SELECT 1 FROM volume WHERE id = ?\(database.sharedLock)", [.text(id)])
      guard volume != nil else { return false }
      try self.engine.requireRoom(forOptional: piece.count, in: database)
      if place == 0 {
        try StoredTable.source.delete(where: "volume_id = ?", [.text(id)], in: database)
      }
      let starts = stride(from: 0, to: piece.count, by: SourceRecord.partBytes).map(\.self)
      for (index, start) in starts.enumerated() {
        let end = min(start + SourceRecord.partBytes, piece.count)
        let isEnd = isLast && end == piece.count
        try SourceRecord.table.insert(
          SourceRecord(
            place: place + index, parts: isEnd ? place + index + 1 : 0, volumeID: id,
            bytes: Array(piece[start..<end])),
          or: .ignore, in: database)
      }
      return true
    }
  }

  /// Reads the stored file of a volume from its start to its end.
  ///
  /// - Parameter body: Receives the pieces in order.
  /// - Returns: Whether the file is complete. It is not complete if it was deleted meanwhile or if a part is damaged.
  ///   The caller must then discard what it received.
  /// - Throws: ``StoreError`` and the errors of `body`.
  public func readSource(
    ofVolume id: String, _ body: ([UInt8]) async throws -> Void
  ) async throws -> Bool {
    var place = 0
    while true {
      let first = place
      let last = place + SourceRecord.partsPerTransaction - 1
      let parts = try await reading { database, wrongRows in
        try SourceRecord.table.all(
          "WHERE volume_id = ? AND place BETWEEN ? AND ? ORDER BY place",
          [.text(id), .integer(first), .integer(last)], in: database, &wrongRows
        ).map(\.record)
      }
      for part in parts {
        guard part.place == place else { return false }
        place += 1
        try await body(part.bytes)
        if part.parts > 0 { return part.parts == place }
      }
      guard place > last else { return false }
    }
  }
}
