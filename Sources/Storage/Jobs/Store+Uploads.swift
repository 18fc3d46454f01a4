/// The table in which PostgreSQL stores the uploads of accepted jobs. Every process that uses the database can
/// therefore run every job. SQLite stores have no such table. The uploads of their jobs are files in the spool folder.
enum UploadTable {
  /// The size in bytes of the part of an upload that one row contains. The last part may be smaller.
  static let partBytes = 1 << 20
  /// The number of rows that one transaction writes or reads. A small number saves memory and keeps the waits of other
  /// writes short.
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
    // Compression by PostgreSQL would gain little, because most volumes are already compressed.
    "ALTER TABLE upload ALTER COLUMN bytes SET STORAGE EXTERNAL",
  ]

  /// Deletes the upload of a job. Called in the transaction that ends the job.
  static func delete(job id: String, in database: any StoreConnection) throws {
    switch database.dialect {
    case .sqlite: break
    case .postgreSQL: try database.run("DELETE FROM upload WHERE job = ?", [.text(id)])
    }
  }
}

extension Store {
  /// Whether the store can store uploads with ``addUpload(of:byteCount:_:)``. This is true for PostgreSQL.
  public var canStoreUploads: Bool { engine.changeLog != nil }

  /// The number of bytes in each piece that ``addUpload(of:byteCount:_:)`` and ``readUpload(of:byteCount:_:)`` pass.
  /// The last piece may be smaller.
  public static let uploadPieceBytes = UploadTable.partBytes * UploadTable.rowsPerTransaction

  /// Stores the upload of a job before the job is added. Other writes can run between the pieces.
  ///
  /// If the process ends before it adds the job, ``deleteAbandonedUploads()`` deletes the upload later.
  ///
  /// - Parameters:
  ///   - id: The job's id.
  ///   - byteCount: The size of the upload in bytes.
  ///   - read: Reads the bytes in a range of the upload. A range contains at most ``uploadPieceBytes`` bytes.
  /// - Throws: ``StoreError`` and the errors of `read`.
  public func addUpload(
    of id: String, byteCount: Int, _ read: @Sendable (Range<Int>) async throws -> [UInt8]
  ) async throws {
    for start in stride(from: 0, to: byteCount, by: Self.uploadPieceBytes) {
      let piece = try await read(start..<min(start + Self.uploadPieceBytes, byteCount))
      try await writing { database, _ in
        for offset in stride(from: 0, to: piece.count, by: UploadTable.partBytes) {
          let part = Array(piece[offset..<min(offset + UploadTable.partBytes, piece.count)])
          // The transaction runs again if the response to an earlier commit was lost.
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
  /// - Parameters:
  ///   - id: The job's id.
  ///   - byteCount: The size of the upload in bytes.
  ///   - body: Receives the pieces in order.
  /// - Returns: The number of bytes read. It is less than `byteCount` if the upload has been deleted meanwhile.
  /// - Throws: ``StoreError`` and the errors of `body`.
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

  /// Deletes the upload of a job that was not added to the store.
  public func deleteUpload(of id: String) async throws(StoreError) {
    try await writing { database, _ in try UploadTable.delete(job: id, in: database) }
  }

  /// Deletes uploads that are more than a day old and belong to no unfinished job. Such an upload remains if a process
  /// ends after storing the upload and before adding the job.
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
