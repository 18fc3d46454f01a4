// A job's lease is in a separate row, so that the job's row and its checksum do not change while the job runs. To avoid
// deadlocks, transactions lock the job before its lease.
extension Store {
  /// Claims the first unfinished job that no process is running. Jobs that have been started before come last.
  ///
  /// - Parameters:
  ///   - owner: The random id of the process. If this process already holds the lease of a job, and `ids` does not
  ///     contain the job, the job may be claimed again.
  ///   - seconds: The duration of the lease. After this time, other processes may claim the job.
  ///   - ids: The ids of jobs that must not be claimed.
  /// - Returns: The claimed job; nil if no job can be claimed.
  public func claimJob(
    owner: String, lease seconds: Int, except ids: Set<String> = []
  ) async throws(StoreError) -> ClaimedJob? {
    try await writing { database, wrongRows in
      while let number = try Self.nextJob(owner: owner, except: ids, in: database) {
        let now = database.dialect.now
        // Another process may have claimed the job after the preceding query found it.
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
          // The row is damaged, so it is deleted together with its lease.
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
  /// - Parameters:
  ///   - seconds: The time from now until the lease expires.
  ///   - progress: The job's progress in thousandths, from 0 to 1000.
  /// - Returns: Whether the process still holds the lease, and whether a client has cancelled the job.
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

  /// Stores the end of a job together with its diagnosis. Stores nothing if the process has lost the lease. Therefore
  /// each job ends only once and has at most one diagnosis.
  ///
  /// - Throws: The errors of every write and those of ``addDiagnosis(_:)``.
  public func finishJob(
    _ record: JobRecord, _ lease: JobLease, diagnosis: DiagnosisRecord? = nil
  ) async throws(StoreError) -> JobEnding {
    try await writing(
      committed: { self.note(diagnosisBytes: $0.1) },
      { database, wrongRows -> (JobEnding, Int?) in
        guard try Self.lockOpenJob(record.id, in: database) != nil else {
          // This end may already be committed, if the connection was lost after an earlier commit.
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

  /// Gives up the leases of a process that shuts down normally. Does not count the interrupted starts of its jobs.
  public func releaseLeases(owner: String) async throws(StoreError) {
    try await writing { database, _ in
      try database.run(
        "UPDATE job_lease SET owner = '', until = 0, attempts = attempts - 1 WHERE owner = ?",
        [.text(owner)])
      try Self.tellJobChange(in: database)
    }
  }

  /// Ends all leases if no other process can use the store. In this case, all leases belong to processes that have
  /// ended.
  public func expireLeases() async throws(StoreError) {
    guard engine.isExclusive else { return }
    try await writing { database, _ in try database.run("UPDATE job_lease SET until = 0") }
  }

  /// Ends a waiting job. If the job is running, asks the process that runs it to end it.
  ///
  /// - Parameter record: The record of the job after its cancellation.
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

  /// Returns the unfinished jobs. Running jobs come first, then the waiting jobs in the order in which they will be
  /// claimed.
  public func openJobs() async throws(StoreError) -> [OpenJob] {
    try await reading { try Self.openJobs(in: $0, &$1) }
  }

  /// Returns the position of a job in the queue; nil if no job has the id.
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

  /// The SQL condition that a process still holds a lease. ``values(of:)`` provides its values. An expired lease is
  /// still held until another process claims the job.
  private static let isHeld = "job = ? AND owner = ? AND attempts = ?"

  private static func values(of lease: JobLease) -> [SQLValue] {
    [.integer(lease.job), .text(lease.owner), .integer(lease.attempt)]
  }

  /// Returns the row number of an unfinished job, and locks the row against changes by other transactions. Returns nil
  /// if no unfinished job has the id.
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
  /// The SQL expression for the current time of the store's clock, in seconds since 1970.
  var now: String {
    switch self {
    case .sqlite: "CAST(strftime('%s', 'now') AS INTEGER)"
    case .postgreSQL: "CAST(floor(extract(epoch FROM now())) AS bigint)"
    }
  }

  /// The end of a `SELECT` statement that locks its rows against changes by other transactions. SQLite needs no such
  /// lock, because its write transactions do not run concurrently.
  var lockingRows: String {
    switch self {
    case .sqlite: ""
    case .postgreSQL: "FOR UPDATE"
    }
  }

  /// Returns the end of a `SELECT` statement that works like ``lockingRows``, but skips rows of `table` that another
  /// transaction has locked.
  func skippingLocked(_ table: String) -> String {
    switch self {
    case .sqlite: ""
    case .postgreSQL: "FOR UPDATE OF \(table) SKIP LOCKED"
    }
  }
}
