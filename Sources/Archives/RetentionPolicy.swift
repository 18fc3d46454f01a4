public import Storage

/// Decides whether old data is erased.
///
/// A clock that is wrong by a year would erase nearly everything. So after a clock jump a large
/// erasure waits until an operator confirms it, or for a week with an alarm.
public struct RetentionPolicy: Sendable, Equatable {
  /// Days for which data is stored.
  public let days: Int

  /// The decision about an erasure.
  public enum Decision: Sendable, Equatable {
    /// Erase data stored before a time, in seconds since 1970.
    case erase(before: Int)
    /// Erase nothing yet: `old` of `all` volumes, reports and diagnoses would be deleted.
    case wait(old: Int, all: Int)
  }

  /// An erasure is large if it deletes more than one in this many rows, and more than ``manyRows``.
  public static let share = 4
  /// Number of rows that are always erased without waiting.
  public static let manyRows = 20
  /// Longest plausible time since the clock was last read.
  public static let longestGap = 2 * 86_400
  /// Time after which an erasure no longer waits.
  public static let patience = Duration.seconds(7 * 86_400)

  private static let secondsOfDay = 86_400

  /// Makes a policy that erases after this many days.
  public init(days: Int) { self.days = days }

  /// The time before which data is too old.
  ///
  /// - Parameter now: Seconds since 1970.
  public func limit(now: Int) -> Int {
    let (seconds, overflows) = days.multipliedReportingOverflow(by: Self.secondsOfDay)
    guard !overflows else { return .min }
    let (limit, underflows) = now.subtractingReportingOverflow(seconds)
    return underflows ? .min : limit
  }

  /// - Parameters: - census: Counts for ``limit(now:)``. - lastSeen: The last time that retention
  ///   considered plausible; nil if never. - confirmed: The time before which an operator allows
  ///   any erasure. - waited: How long the erasure has waited.
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

  /// Whether the clock moved forward by a plausible time since it was last read.
  public func isPlausible(_ now: Int, after lastSeen: Int?) -> Bool {
    guard let lastSeen else { return false }
    let (gap, overflows) = now.subtractingReportingOverflow(lastSeen)
    return !overflows && abs(gap) <= Self.longestGap
  }
}
