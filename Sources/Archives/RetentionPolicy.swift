public import Storage

/// Decides whether what is old enough by the clock is erased.
///
/// A clock that is wrong by a year would erase nearly everything. So an erasure of much waits if nobody saw the clock
/// come to where it is: until an operator confirms it, or for a week with the alarm on.
public struct RetentionPolicy: Sendable, Equatable {
  /// Days for which things are stored.
  public let days: Int

  /// What is to be done.
  public enum Decision: Sendable, Equatable {
    /// Erase what was stored before a time, in seconds since 1970.
    case erase(before: Int)
    /// Erase nothing yet: `old` of `all` volumes, reports and diagnoses would go.
    case wait(old: Int, all: Int)
  }

  /// More than one in so many is much, if it is more than ``manyRows``, too.
  public static let share = 4
  /// Up to so many are erased in any case.
  public static let manyRows = 20
  /// Time that may have passed since the clock was last seen.
  public static let longestGap = 2 * 86_400
  /// Time after which an erasure no longer waits.
  public static let patience = Duration.seconds(7 * 86_400)

  private static let secondsOfDay = 86_400

  /// A policy that erases after so many days.
  public init(days: Int) { self.days = days }

  /// The time before which things are too old.
  ///
  /// - Parameter now: Seconds since 1970.
  public func limit(now: Int) -> Int {
    let (seconds, overflows) = days.multipliedReportingOverflow(by: Self.secondsOfDay)
    guard !overflows else { return .min }
    let (limit, underflows) = now.subtractingReportingOverflow(seconds)
    return underflows ? .min : limit
  }

  /// - Parameters:
  ///   - census: Counted for ``limit(now:)``.
  ///   - lastSeen: When retention last saw a plausible clock; nil if it never did.
  ///   - confirmed: The time before which an operator allows everything to be erased.
  ///   - waited: How long the erasure has waited.
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

  /// Whether the clock moved on, and not too far, since it was last seen.
  public func isPlausible(_ now: Int, after lastSeen: Int?) -> Bool {
    guard let lastSeen else { return false }
    let (gap, overflows) = now.subtractingReportingOverflow(lastSeen)
    return !overflows && abs(gap) <= Self.longestGap
  }
}
