import Synchronization

extension Store {
  /// The PostgreSQL channel that announces changes to jobs.
  static let jobChannel = "brgsa_jobs"

  /// Sets the handler that is called when another process may have added, started or ended a job. The handler must not
  /// call the store. The calls are only hints, because a notification can be lost.
  public func onJobChange(_ handler: @escaping @Sendable () -> Void) {
    shared.withLock { $0.jobHandler = handler }
  }

  /// Notifies other processes that a job has changed. PostgreSQL sends the notification when the transaction commits.
  static func tellJobChange(in database: any StoreConnection) throws {
    switch database.dialect {
    case .sqlite: break
    case .postgreSQL:
      _ = try database.integer("SELECT 1 FROM (SELECT pg_notify('\(jobChannel)', '')) AS told")
    }
  }

  /// Adds a job, unless a recent job has the same repetition key.
  ///
  /// - Parameter time: In seconds since 1970. If the job with the same key ended before this time, the new job replaces
  ///   it.
  /// - Returns: The stored job. This is the new job, or the earlier one with the same key.
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
        // A damaged row may have the same key.
        try StoredTable.job.delete(where: "repetition_key = ?", [.bytes(key)], in: database)
      }
      try JobRecord.table.insert(record, in: database)
      try Self.tellJobChange(in: database)
      return record
    }
  }

  /// Replaces the end time and the document of an unfinished job.
  ///
  /// - Returns: Whether an unfinished job has the id.
  public func updateJob(_ record: JobRecord) async throws(StoreError) -> Bool {
    try await writing { database, _ in
      try JobRecord.table.update(
        JobRecord.endColumns, by: record, where: "id = ? AND ended_at IS NULL", [.text(record.id)],
        in: database)
    }
  }

  /// Returns the job with an id; nil if it does not exist.
  public func job(id: String) async throws(StoreError) -> JobRecord? {
    try await reading { try Self.job("id", .text(id), in: $0, &$1) }
  }

  /// Returns the job with a repetition key; nil if it does not exist.
  public func job(repetitionKey key: [UInt8]) async throws(StoreError) -> JobRecord? {
    try await reading { try Self.job("repetition_key", .bytes(key), in: $0, &$1) }
  }

  /// Returns the repetition keys of all jobs that are unfinished or ended at or after `time`, in seconds since 1970.
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

  /// Returns jobs, newest first. Jobs from the same second are in descending order of id.
  ///
  /// - Parameters:
  ///   - cursor: The position after which the list continues; nil to start at the beginning.
  ///   - limit: Maximum number of jobs to return. A shorter result means that no jobs follow.
  ///   - isEnded: True for jobs that have ended, false for unfinished jobs; nil for both.
  ///   - time: In seconds since 1970. Jobs that ended before this time are not returned.
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

  /// Returns the unfinished jobs in the order in which they were added.
  public func unfinishedJobs() async throws(StoreError) -> [JobRecord] {
    try await reading {
      try JobRecord.table.all("WHERE ended_at IS NULL ORDER BY number", in: $0, &$1).map(\.record)
    }
  }

  /// Deletes the jobs that ended before `time`, in seconds since 1970.
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
