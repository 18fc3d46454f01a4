public import Storage

/// Decides whether old data is erased.
///
/// A clock that is wrong by a year would erase nearly everything. After a clock jump, a large
/// erasure therefore waits, with an alarm, until an operator confirms it or a week has passed.
public struct RetentionPolicy: Sendable, Equatable {
  /// Days for which data is stored.
  public let days: Int

  /// The decision about an erasure.
  public enum Decision: Sendable, Equatable {
    /// Erase data stored before a time, in seconds since 1970.
    case erase(before: Int)
    /// Erase nothing yet, because that would delete `old` of `all` volumes, reports and diagnoses.
    case wait(old: Int, all: Int)
  }

  /// An erasure is large if it deletes more than one in this many rows, and more than ``manyRows``.
  public static let share = 4
  /// Number of rows that are always erased without waiting.
  public static let manyRows = 20
  /// Largest plausible change of the clock since it was last read, in seconds.
  public static let longestGap = 2 * 86_400
  /// Time after which an erasure no longer waits.
  public static let patience = Duration.seconds(7 * 86_400)

  private static let secondsOfDay = 86_400

  /// Makes a policy that erases after this many days.
  public init(days: Int) { self.days = days }

  /// Returns the time before which data is too old.
  ///
  /// - Parameter now: Seconds since 1970.
  public func limit(now: Int) -> Int {
    let (seconds, overflows) = days.multipliedReportingOverflow(by: Self.secondsOfDay)
    guard !overflows else { return .min }
    let (limit, underflows) = now.subtractingReportingOverflow(seconds)
    return underflows ? .min : limit
  }

  /// - Parameters:
  ///   - census: The number of records before ``limit(now:)``, and of all records.
  ///   - lastSeen: The last time that retention considered plausible; nil if there is none.
  ///   - confirmed: The time before which an operator allows any erasure; nil if none is allowed.
  ///   - waited: The time for which the erasure has waited.
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

  /// True if the clock has changed by a plausible amount since it was last read.
  public func isPlausible(_ now: Int, after lastSeen: Int?) -> Bool {
    guard let lastSeen else { return false }
    let (gap, overflows) = now.subtractingReportingOverflow(lastSeen)
    return !overflows && abs(gap) <= Self.longestGap
  }
}
