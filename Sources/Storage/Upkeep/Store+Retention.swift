import GRDB

/// Counts the volumes, reports and diagnoses of a store by age.
public struct AgeCensus: Sendable, Equatable {
  /// Older than a time.
  public let old: Int
  /// All.
  public let all: Int
  /// Newer than now: the clock was ahead when they were made.
  public let early: Int
}

extension Store {
  /// Counts what ``deleteAll(createdBefore:committed:)`` would delete, without ended jobs.
  ///
  /// - Parameters:
  ///   - seconds: Since 1970.
  ///   - now: The time by the clock, in seconds since 1970.
  public func ageCensus(createdBefore seconds: Int, now: Int) async throws(StoreError) -> AgeCensus
  {
    try await reading { database, _ in try Self.ageCensus(seconds, now, in: database) }
  }

  /// ``ageCensus(createdBefore:now:)`` of a file that another process may have open.
  public static func ageCensus(
    path: String, createdBefore seconds: Int, now: Int
  ) throws(StoreError) -> AgeCensus {
    try withFile(path) { try $0.read { try ageCensus(seconds, now, in: $0) } }
  }

  private static func ageCensus(_ seconds: Int, _ now: Int, in database: Database) throws
    -> AgeCensus
  {
    // Clocks may differ by minutes; a jump is more.
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

  /// When retention last had a plausible clock, in seconds since 1970; nil if never.
  public func lastSeenTime() async throws(StoreError) -> Int? {
    try await reading { database, _ in
      // SQLite leaves one number in the file's header to the program.
      let minutes = try database.integer("PRAGMA user_version") ?? 0
      return minutes > 0 ? minutes * 60 : nil
    }
  }

  /// Stores when retention last had a plausible clock, to the minute.
  public func setLastSeenTime(_ seconds: Int) async throws(StoreError) {
    let minutes = Int32(clamping: max(seconds, 0) / 60)
    try await writing { database, _ in try database.run("PRAGMA user_version = \(minutes)") }
  }
}
