/// The uploads of accepted jobs in PostgreSQL, so that every process that uses the database can run every job. A SQLite
/// store has no such table. The uploads of its jobs are files in the spool.
enum UploadTable {
  /// Size in bytes of the part of an upload that one row contains. The last part may be smaller.
  static let partBytes = 1 << 20
  /// Number of rows that one transaction writes or reads. It limits the memory, and the time for which other writes wait.
  static let rowsPerTransaction = 8

  static let tables = [
    """
    CREATE TABLE upload (
      job bytea NOT NULL,
      place bigint NOT NULL,
      created_at bigint NOT NULL DEFAULT \(SQLDialect.postgreSQL.now),
      bytes bytea NOT NULL,
      PRIMARY KEY (job, place)
    )
    """,
    // Volumes are mostly compressed already.
    "ALTER TABLE upload ALTER COLUMN bytes SET STORAGE EXTERNAL",
  ]

  /// Deletes the upload of a job in the transaction that ends the job.
  static func delete(job id: String, in database: any StoreConnection) throws {
    switch database.dialect {
    case .sqlite: break
    case .postgreSQL: try database.run("DELETE FROM upload WHERE job = ?", [.text(id)])
    }
  }
}

extension Store {
  /// Whether ``addUpload(of:byteCount:_:)`` can be used. It is true for PostgreSQL.
  public var canStoreUploads: Bool { engine.changeLogAddress != nil }

  /// Number of bytes that ``addUpload(of:byteCount:_:)`` and ``readUpload(of:byteCount:_:)`` pass at a time.
  public static let uploadPieceBytes = UploadTable.partBytes * UploadTable.rowsPerTransaction

  /// Stores the upload of a job that has not been added yet. Other writes can run between the pieces.
  ///
  /// If the process ends before the job is added, ``deleteAbandonedUploads()`` deletes the pieces.
  ///
  /// - Parameters:
  ///   - id: The job's id.
  ///   - read: Reads the bytes in a range of the upload. A range has at most ``uploadPieceBytes``.
  public func addUpload(
    of id: String, byteCount: Int, _ read: @Sendable (Range<Int>) async throws -> [UInt8]
  ) async throws {
    for start in stride(from: 0, to: byteCount, by: Self.uploadPieceBytes) {
      let piece = try await read(start..<min(start + Self.uploadPieceBytes, byteCount))
      try await writing { database, _ in
        for offset in stride(from: 0, to: piece.count, by: UploadTable.partBytes) {
          let part = Array(piece[offset..<min(offset + UploadTable.partBytes, piece.count)])
          // The transaction runs again if the answer to an earlier commit was lost.
          try database.run(
            """
            INSERT INTO upload (job, place, bytes) VALUES (?, ?, ?)
            ON CONFLICT (job, place) DO NOTHING
            """,
            [.text(id), .integer((start + offset) / UploadTable.partBytes), .bytes(part)])
        }
      }
    }
  }

  /// Reads the upload of a job from its start to its end.
  ///
  /// - Parameter body: Gets the pieces one after another.
  /// - Returns: The number of bytes. It is too small if the upload has been deleted meanwhile.
  public func readUpload(
    of id: String, byteCount: Int, _ body: ([UInt8]) async throws -> Void
  ) async throws -> Int {
    var done = 0
    while done < byteCount {
      let place = done / UploadTable.partBytes
      let piece = try await reading { database, _ in
        var piece: [UInt8] = []
        try database.forEachRow(
          "SELECT bytes FROM upload WHERE job = ? AND place BETWEEN ? AND ? ORDER BY place",
          [
            .text(id), .integer(place), .integer(place + UploadTable.rowsPerTransaction - 1),
          ]
        ) { row in
          piece += row.bytes(0) ?? []
          return true
        }
        return piece
      }
      guard !piece.isEmpty else { break }
      try await body(piece)
      done += piece.count
    }
    return done
  }

  /// Deletes the upload of a job that was not added.
  public func deleteUpload(of id: String) async throws(StoreError) {
    try await writing { database, _ in try UploadTable.delete(job: id, in: database) }
  }

  /// Deletes uploads that no unfinished job needs, and that are more than a day old. A process may have stored one of
  /// them and ended before it could add the job.
  public func deleteAbandonedUploads() async throws(StoreError) {
    guard canStoreUploads else { return }
    try await writing { database, _ in
      try database.run(
        """
        DELETE FROM upload WHERE created_at < \(database.dialect.now) - \(24 * 3600)
        AND NOT EXISTS (SELECT 1 FROM job WHERE job.id = upload.job AND job.ended_at IS NULL)
        """)
    }
  }
}
