/// The number of volumes, reports and diagnoses of a store by age.
public struct AgeCensus: Sendable, Equatable {
  /// Number of entries that are older than the given time.
  public let old: Int
  /// Number of all entries.
  public let all: Int
  /// Number of entries whose time is in the future, because they were made while the clock was ahead.
  public let early: Int
}

extension Store {
  /// Counts the volumes, reports and diagnoses that ``deleteAll(createdBefore:committed:)`` would
  /// delete because of their own age.
  ///
  /// - Parameters:
  ///   - seconds: The time limit, in seconds since 1970.
  ///   - now: The current time, in seconds since 1970.
  public func ageCensus(createdBefore seconds: Int, now: Int) async throws(StoreError) -> AgeCensus
  {
    try await reading { database, _ in try Self.ageCensus(seconds, now, in: database) }
  }

  /// Like ``ageCensus(createdBefore:now:)``, but for a file. Another process may have the file open.
  public static func ageCensus(
    path: String, createdBefore seconds: Int, now: Int
  ) throws(StoreError) -> AgeCensus {
    try withConnection(path) { try ageCensus(seconds, now, in: $0) }
  }

  private static func ageCensus(_ seconds: Int, _ now: Int, in database: any StoreConnection) throws
    -> AgeCensus
  {
    // Clocks may differ by minutes, so only a larger difference counts.
    let future = now.addingReportingOverflow(earlyMargin).partialValue
    func count(_ condition: String, _ values: [SQLValue] = []) throws -> Int {
      try ["volume", "report", "diagnosis"].reduce(0) { sum, table in
        let sql = "SELECT count(*) FROM \(table) \(condition)"
        return try sum + (database.integer(sql, values) ?? 0)
      }
    }
    return AgeCensus(
      old: try count("WHERE created_at < ?", [.integer(seconds)]), all: try count(""),
      early: try count("WHERE created_at > ?", [.integer(future)]))
  }

  private static let earlyMargin = 3600

  /// The last time at which retention found the clock plausible, in seconds since 1970; nil if never.
  public func lastSeenTime() async throws(StoreError) -> Int? {
    try await reading { database, _ in
      let minutes =
        switch database.dialect {
        // A number in the file's header that SQLite leaves to the program.
        case .sqlite: try database.integer("PRAGMA user_version") ?? 0
        case .postgreSQL: try database.integer("SELECT last_seen_minute FROM clock") ?? 0
        }
      return minutes > 0 ? minutes * 60 : nil
    }
  }

  /// Stores the last time at which retention found the clock plausible, to the minute.
  public func setLastSeenTime(_ seconds: Int) async throws(StoreError) {
    let minutes = Int32(clamping: max(seconds, 0) / 60)
    try await writing { database, _ in
      switch database.dialect {
      case .sqlite: try database.run("PRAGMA user_version = \(minutes)")
      case .postgreSQL: try database.run("UPDATE clock SET last_seen_minute = \(minutes)")
      }
    }
  }
}
