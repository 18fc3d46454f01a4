// A job's lease has a row of its own, so that the job and its checksum do not change while it runs. Transactions lock
// the job before its lease.
extension Store {
  /// Claims the first unfinished job that no process runs. Jobs that were started before come last.
  ///
  /// - Parameters:
  ///   - owner: The random id of the process. A job of its own that is not in `ids` counts as lost.
  ///   - seconds: Time after which other processes may claim the job.
  ///   - ids: Jobs that are not claimed.
  /// - Returns: nil if no job waits.
  public func claimJob(
    owner: String, lease seconds: Int, except ids: Set<String> = []
  ) async throws(StoreError) -> ClaimedJob? {
    try await writing { database, wrongRows in
      while let number = try Self.nextJob(owner: owner, except: ids, in: database) {
        let now = database.dialect.now
        // Another process may have claimed the job after this statement's predecessor looked for it.
        let started = try database.firstRow(
          """
          INSERT INTO job_lease (job, owner, until, attempts, progress, cancelled)
          VALUES (?, ?, \(now) + \(seconds), 1, 0, 0)
          ON CONFLICT (job) DO UPDATE
          SET owner = excluded.owner, until = excluded.until, attempts = job_lease.attempts + 1,
            progress = 0
          WHERE job_lease.until <= \(now) OR job_lease.owner = excluded.owner
          RETURNING attempts, cancelled
          """, [.integer(number), .text(owner)]
        ) { (attempt: $0.integer(0), isCancelled: $0.integer(1) == 1) }
        guard let attempt = started?.attempt else { continue }
        try Self.tellJobChange(in: database)
        let found = try JobRecord.table.first(
          "WHERE number = ?", [.integer(number)], in: database, &wrongRows)
        guard let found else {
          // The row is damaged, so it is deleted with its lease.
          try wrongRows.setAside(in: database)
          continue
        }
        return ClaimedJob(
          record: found.record, lease: JobLease(job: number, owner: owner, attempt: attempt),
          isCancelled: started?.isCancelled ?? false)
      }
      return nil
    }
  }

  private static func nextJob(
    owner: String, except ids: Set<String>, in database: any StoreConnection
  ) throws -> Int? {
    let places = ids.map { _ in "?" }.joined(separator: ", ")
    return try database.integer(
      """
      SELECT job.number FROM job LEFT JOIN job_lease ON job_lease.job = job.number
      WHERE job.ended_at IS NULL \(ids.isEmpty ? "" : "AND job.id NOT IN (\(places))")
        AND (job_lease.job IS NULL OR job_lease.until <= \(database.dialect.now)
          OR job_lease.owner = ?)
      ORDER BY coalesce(job_lease.attempts, 0) > 0, job.number LIMIT 1
      \(database.dialect.skippingLocked("job"))
      """, ids.map { .text($0) } + [.text(owner)])
  }

  /// Extends a lease and stores the job's progress.
  ///
  /// - Parameter progress: In thousandths.
  public func renewLease(
    _ lease: JobLease, for seconds: Int, progress: Int
  ) async throws(StoreError) -> LeaseRenewal {
    try await writing { database, _ in
      let cancelled = try database.integer(
        """
        UPDATE job_lease SET until = \(database.dialect.now) + \(seconds), progress = ?
        WHERE \(Self.isHeld) RETURNING cancelled
        """, [.integer(progress)] + Self.values(of: lease))
      return cancelled.map { $0 == 1 ? .cancelled : .held } ?? .lost
    }
  }

  /// Stores the end of a job together with its diagnosis, unless the process has lost the lease. A job therefore has one
  /// end and at most one diagnosis.
  ///
  /// - Throws: Also the errors of ``addDiagnosis(_:)``.
  public func finishJob(
    _ record: JobRecord, _ lease: JobLease, diagnosis: DiagnosisRecord? = nil
  ) async throws(StoreError) -> JobEnding {
    try await writing(
      committed: { self.note(diagnosisBytes: $0.1) },
      { database, wrongRows -> (JobEnding, Int?) in
        guard try Self.lockOpenJob(record.id, in: database) != nil else {
          // The connection may have been lost after an earlier commit of this end.
          let stored = try Self.job("id", .text(record.id), in: database, &wrongRows)
          return (stored == record ? .stored : .leaseLost, nil)
        }
        let isHeld = try database.integer(
          "SELECT 1 FROM job_lease WHERE \(Self.isHeld)", Self.values(of: lease))
        guard isHeld != nil else { return (.leaseLost, nil) }
        var total: Int?
        if let diagnosis {
          total = try self.insertDiagnosis(diagnosis, in: database)
          if total == nil { return (.volumeMissing, nil) }
        }
        try Self.end(record, number: lease.job, in: database)
        return (.stored, total)
      }
    ).0
  }

  /// Gives up the leases of a process and undoes the starts of their jobs, because the process stops in order.
  public func releaseLeases(owner: String) async throws(StoreError) {
    try await writing { database, _ in
      try database.run(
        "UPDATE job_lease SET owner = '', until = 0, attempts = attempts - 1 WHERE owner = ?",
        [.text(owner)])
      try Self.tellJobChange(in: database)
    }
  }

  /// Ends all leases, if no other process can use the store. The leases are then those of processes that have ended.
  public func expireLeases() async throws(StoreError) {
    guard engine.isExclusive else { return }
    try await writing { database, _ in try database.run("UPDATE job_lease SET until = 0") }
  }

  /// Ends a job that waits, or asks the process that runs it to end it.
  ///
  /// - Parameter record: The job with its end.
  public func requestCancel(_ record: JobRecord) async throws(StoreError) -> JobCancellation {
    try await writing { database, _ in
      guard let number = try Self.lockOpenJob(record.id, in: database) else { return .notOpen }
      try database.run(
        "UPDATE job_lease SET cancelled = 1 WHERE job = ? AND until > \(database.dialect.now)",
        [.integer(number)])
      if database.changedRowCount > 0 {
        try Self.tellJobChange(in: database)
        return .requested
      }
      try Self.end(record, number: number, in: database)
      return .ended
    }
  }

  /// Unfinished jobs: first those that run, then the others in the order in which they will be claimed.
  public func openJobs() async throws(StoreError) -> [OpenJob] {
    try await reading { try Self.openJobs(in: $0, &$1) }
  }

  /// Where a job is in the queue; nil if no job has the id.
  public func jobStanding(id: String) async throws(StoreError) -> JobStanding? {
    try await reading { database, wrongRows in
      guard let record = try Self.job("id", .text(id), in: database, &wrongRows) else { return nil }
      guard record.endedAt == nil else { return .ended }
      let jobs = try Self.openJobs(in: database, &wrongRows)
      guard let place = jobs.firstIndex(where: { $0.record.id == id }) else { return nil }
      return jobs[place].progress.map { .running(progress: $0) } ?? .waiting(behind: place)
    }
  }

  private static func openJobs(
    in database: any StoreConnection, _ wrongRows: inout WrongRows
  ) throws -> [OpenJob] {
    var progress: [Int: Int] = [:]
    var (started, cancelled) = (Set<Int>(), Set<Int>())
    try database.forEachRow(
      """
      SELECT job, attempts, progress, CASE WHEN until > \(database.dialect.now) THEN 1 ELSE 0 END,
        cancelled
      FROM job_lease
      """
    ) { row in
      guard let number = row.integer(0) else { return true }
      if row.integer(3) == 1 { progress[number] = row.integer(2) ?? 0 }
      if row.integer(1) ?? 0 > 0 { started.insert(number) }
      if row.integer(4) == 1 { cancelled.insert(number) }
      return true
    }
    let jobs = try JobRecord.table.all(
      "WHERE ended_at IS NULL ORDER BY number", in: database, &wrongRows)
    let waiting = jobs.filter { progress[$0.number] == nil }
    let sorted =
      jobs.filter { progress[$0.number] != nil }
      + waiting.filter { !started.contains($0.number) }
      + waiting.filter { started.contains($0.number) }
    return sorted.map {
      OpenJob(
        record: $0.record, progress: progress[$0.number], isCancelled: cancelled.contains($0.number)
      )
    }
  }

  /// The condition that a process still has a lease, with ``values(of:)``. Its time may be over, as long as no other
  /// process has claimed the job.
  private static let isHeld = "job = ? AND owner = ? AND attempts = ?"

  private static func values(of lease: JobLease) -> [SQLValue] {
    [.integer(lease.job), .text(lease.owner), .integer(lease.attempt)]
  }

  /// Returns the number of an unfinished job's row, and keeps other transactions from changing it.
  private static func lockOpenJob(_ id: String, in database: any StoreConnection) throws -> Int? {
    try database.integer(
      "SELECT number FROM job WHERE id = ? AND ended_at IS NULL \(database.dialect.lockingRows)",
      [.text(id)])
  }

  private static func end(
    _ record: JobRecord, number: Int, in database: any StoreConnection
  ) throws {
    try database.run("DELETE FROM job_lease WHERE job = ?", [.integer(number)])
    try UploadTable.delete(job: record.id, in: database)
    try tellJobChange(in: database)
    try JobRecord.table.update(
      JobRecord.endColumns, by: record, where: "number = ?", [.integer(number)], in: database)
  }
}

extension SQLDialect {
  /// The store's clock, in seconds since 1970.
  var now: String {
    switch self {
    case .sqlite: "CAST(strftime('%s', 'now') AS INTEGER)"
    case .postgreSQL: "CAST(floor(extract(epoch FROM now())) AS bigint)"
    }
  }

  /// Ends a `SELECT` whose rows other transactions must not change. A write transaction of SQLite is alone.
  var lockingRows: String {
    switch self {
    case .sqlite: ""
    case .postgreSQL: "FOR UPDATE"
    }
  }

  /// Ends a `SELECT` like ``lockingRows``, and skips rows of `table` that another transaction has locked.
  func skippingLocked(_ table: String) -> String {
    switch self {
    case .sqlite: ""
    case .postgreSQL: "FOR UPDATE OF \(table) SKIP LOCKED"
    }
  }
}
