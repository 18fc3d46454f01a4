import Synchronization

extension Store {
  /// The PostgreSQL channel that tells of changed jobs.
  static let jobChannel = "brgsa_jobs"

  /// Sets the handler that is called when another process may have added, started or ended a job. The handler must not
  /// call the store. It is only a hint: a message can be lost.
  public func onJobChange(_ handler: @escaping @Sendable () -> Void) {
    shared.withLock { $0.jobHandler = handler }
  }

  /// Tells other processes at the commit that a job has changed.
  static func tellJobChange(in database: any StoreConnection) throws {
    switch database.dialect {
    case .sqlite: break
    case .postgreSQL:
      _ = try database.integer("SELECT 1 FROM (SELECT pg_notify('\(jobChannel)', '')) AS told")
    }
  }

  /// Adds a job, unless a recent job has the same repetition key.
  ///
  /// - Parameter time: In seconds since 1970. A job with the same key that ended before this time is replaced.
  /// - Returns: The stored job: the new one, or the earlier one with the same key.
  public func addJob(
    _ record: JobRecord, unlessEndedSince time: Int = 0
  ) async throws(StoreError) -> JobRecord {
    try await writing { database, wrongRows in
      if let key = record.repetitionKey {
        let known = try Self.job("repetition_key", .bytes(key), in: database, &wrongRows)
        if let known, known.endedAt ?? .max >= time {
          try database.confirmStoredData()
          return known
        }
        // A damaged row may also have the key.
        try StoredTable.job.delete(where: "repetition_key = ?", [.bytes(key)], in: database)
      }
      try JobRecord.table.insert(record, in: database)
      try Self.tellJobChange(in: database)
      return record
    }
  }

  /// Replaces the end time and the document of a job that has not ended.
  ///
  /// - Returns: Whether such a job exists.
  public func updateJob(_ record: JobRecord) async throws(StoreError) -> Bool {
    try await writing { database, _ in
      try JobRecord.table.update(
        JobRecord.endColumns, by: record, where: "id = ? AND ended_at IS NULL", [.text(record.id)],
        in: database)
    }
  }

  /// The job with an id.
  public func job(id: String) async throws(StoreError) -> JobRecord? {
    try await reading { try Self.job("id", .text(id), in: $0, &$1) }
  }

  /// The job with a repetition key.
  public func job(repetitionKey key: [UInt8]) async throws(StoreError) -> JobRecord? {
    try await reading { try Self.job("repetition_key", .bytes(key), in: $0, &$1) }
  }

  /// Returns the repetition keys of jobs that are unfinished or ended at `time` or later, in seconds since 1970.
  public func repetitionKeys(endedSince time: Int) async throws(StoreError) -> Set<[UInt8]> {
    try await reading { database, _ in
      var keys: Set<[UInt8]> = []
      try database.forEachRow(
        "SELECT repetition_key FROM job WHERE ended_at IS NULL OR ended_at >= \(time)"
      ) { row in
        if let key = row.bytes(0) { keys.insert(key) }
        return true
      }
      return keys
    }
  }

  /// Returns jobs, newest first. Jobs of the same second are in descending order of id.
  ///
  /// - Parameters:
  ///   - cursor: The position after which the list continues; nil for the start.
  ///   - isEnded: True for jobs that have ended, false for the others; nil for both.
  ///   - time: Jobs that ended before this time, in seconds since 1970, are left out.
  public func jobs(
    after cursor: RecordCursor? = nil, limit: Int, isEnded: Bool? = nil, endedSince time: Int = 0
  ) async throws(StoreError) -> [JobRecord] {
    let filter: (sql: String, values: [SQLValue]) =
      switch isEnded {
      case true?: ("ended_at >= ?", [.integer(time)])
      case false?: ("ended_at IS NULL", [])
      case nil: ("(ended_at IS NULL OR ended_at >= ?)", [.integer(time)])
      }
    return try await reading { database, wrongRows in
      try JobRecord.table.page(
        after: cursor, limit: limit, filter: filter, in: database, &wrongRows)
    }
  }

  /// Unfinished jobs, in order of arrival.
  public func unfinishedJobs() async throws(StoreError) -> [JobRecord] {
    try await reading {
      try JobRecord.table.all("WHERE ended_at IS NULL ORDER BY number", in: $0, &$1).map(\.record)
    }
  }

  /// Deletes jobs that ended before a time, in seconds since 1970.
  public func deleteJobs(endedBefore time: Int) async throws(StoreError) {
    _ = try await writing { database, _ in
      try StoredTable.job.delete(where: "ended_at < ?", [.integer(time)], in: database)
    }
  }

  static func job(
    _ column: String, _ value: SQLValue, in database: any StoreConnection,
    _ wrongRows: inout WrongRows
  ) throws -> JobRecord? {
    try JobRecord.table.first("WHERE \(column) = ?", [value], in: database, &wrongRows)?.record
  }
}
