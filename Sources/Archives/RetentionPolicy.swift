public import Storage

/// Decides whether old data is deleted.
///
/// If the clock is wrong by a year, nearly all data appears to be too old. After a jump of the clock, a large deletion
/// therefore waits and raises an alarm, until an operator confirms it or a week has passed.
public struct RetentionPolicy: Sendable, Equatable {
  /// The number of days for which data is stored.
  public let days: Int

  /// The decision about a deletion.
  public enum Decision: Sendable, Equatable {
    /// Delete all data that was stored before this time, in seconds since 1970.
    case erase(before: Int)
    /// Delete nothing yet. The deletion would remove `old` of `all` volumes, reports and diagnoses.
    case wait(old: Int, all: Int)
  }

  /// A deletion is large if it removes more than ``manyRows`` rows, and more than one in `share` of all rows.
  public static let share = 4
  /// A deletion of at most this many rows never waits.
  public static let manyRows = 20
  /// The largest plausible change of the clock since it was last recorded, in seconds.
  public static let longestGap = 2 * 86_400
  /// How long a deletion waits at most.
  public static let patience = Duration.seconds(7 * 86_400)

  private static let secondsOfDay = 86_400

  /// Makes a policy that deletes data after this many days.
  public init(days: Int) { self.days = days }

  /// Returns the time before which data is too old, in seconds since 1970.
  ///
  /// - Parameter now: The current time in seconds since 1970.
  public func limit(now: Int) -> Int {
    let (seconds, overflows) = days.multipliedReportingOverflow(by: Self.secondsOfDay)
    guard !overflows else { return .min }
    let (limit, underflows) = now.subtractingReportingOverflow(seconds)
    return underflows ? .min : limit
  }

  /// Decides about a deletion. All times are in seconds since 1970.
  ///
  /// - Parameters:
  ///   - census: The number of records older than ``limit(now:)``, and of all records.
  ///   - lastSeen: The last recorded time that was plausible; nil if none was recorded.
  ///   - confirmed: An operator allows the deletion of all data stored before this time; nil for no permission.
  ///   - waited: How long the deletion has already waited.
  public func decide(
    _ census: AgeCensus, now: Int, lastSeen: Int?, confirmed: Int?, waited: Duration
  ) -> Decision {
    let limit = limit(now: now)
    let isMuch = census.old > Self.manyRows && census.old > census.all / Self.share
    guard isMuch, !isPlausible(now, after: lastSeen), waited < Self.patience else {
      return .erase(before: limit)
    }
    if let confirmed { return .erase(before: min(limit, confirmed)) }
    return .wait(old: census.old, all: census.all)
  }

  /// Returns true if the clock has changed by a plausible amount since `lastSeen`.
  public func isPlausible(_ now: Int, after lastSeen: Int?) -> Bool {
    guard let lastSeen else { return false }
    let (gap, overflows) = now.subtractingReportingOverflow(lastSeen)
    return !overflows && abs(gap) <= Self.longestGap
  }
}
