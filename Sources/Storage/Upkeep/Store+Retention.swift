/// Counts of a store's volumes, reports and diagnoses by age.
public struct AgeCensus: Sendable, Equatable {
  /// The number of entries that are older than the time limit.
  public let old: Int
  /// The number of all entries.
  public let all: Int
  /// The number of entries whose time is in the future. They were made while the clock was ahead.
  public let early: Int
}

extension Store {
  /// Counts the volumes, reports and diagnoses whose own age makes ``deleteAll(createdBefore:committed:)`` delete them.
  ///
  /// - Parameters:
  ///   - seconds: The time limit, in seconds since 1970.
  ///   - now: The current time, in seconds since 1970.
  public func ageCensus(createdBefore seconds: Int, now: Int) async throws(StoreError) -> AgeCensus
  {
    try await reading { database, _ in try Self.ageCensus(seconds, now, in: database) }
  }

  /// Like ``ageCensus(createdBefore:now:)``, but opens the store itself. Another process may have the store open.
  public static func ageCensus(
    path: String, createdBefore seconds: Int, now: Int
  ) throws(StoreError) -> AgeCensus {
    try withConnection(path) { try ageCensus(seconds, now, in: $0) }
  }

  private static func ageCensus(_ seconds: Int, _ now: Int, in database: any StoreConnection) throws
    -> AgeCensus
  {
    // Clocks may differ by minutes, so only entries that are more than an hour ahead count.
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

  /// Returns the last time at which the retention task considered the clock plausible, in seconds since 1970; nil if
  /// never.
  public func lastSeenTime() async throws(StoreError) -> Int? {
    try await reading { database, _ in
      let minutes =
        switch database.dialect {
        // SQLite reserves this number in the file's header for the application.
        case .sqlite: try database.integer("PRAGMA user_version") ?? 0
        case .postgreSQL: try database.integer("SELECT last_seen_minute FROM clock") ?? 0
        }
      return minutes > 0 ? minutes * 60 : nil
    }
  }

  /// Stores the last time at which the retention task considered the clock plausible. It is rounded down to the minute.
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
