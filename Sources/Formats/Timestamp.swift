internal import Glibc

/// Formats times as in RFC 3339, in UTC. This requires neither a time zone database nor a locale, which may not be
/// installed.
public enum Timestamp {
  /// Returns the current time as text.
  public static func now() -> String { rfc3339(secondsSince1970: seconds()) }

  /// Returns the current time in seconds since 1970.
  public static func seconds() -> Int { time(nil) }

  /// The times from year 1970 to 9999, in seconds since 1970. Their years have four digits.
  private static let representable = 0...253_402_300_799

  /// Formats a time in whole seconds, for example `2026-11-22T15:04:05Z`.
  ///
  /// - Parameter seconds: Seconds since 1970. Times outside the years 1970 to 9999 are replaced by the nearest time
  ///   within them.
  public static func rfc3339(secondsSince1970 seconds: Int) -> String {
    var seconds = min(max(seconds, representable.lowerBound), representable.upperBound)
    var fields = tm()
    gmtime_r(&seconds, &fields)
    let date = [Int(fields.tm_year) + 1900, Int(fields.tm_mon) + 1, Int(fields.tm_mday)]
    let clock = [Int(fields.tm_hour), Int(fields.tm_min), Int(fields.tm_sec)]
    return date.map(padded).joined(separator: "-") + "T"
      + clock.map(padded).joined(separator: ":") + "Z"
  }

  private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

extension Duration {
  /// Whole milliseconds, rounded down.
  public var milliseconds: Int {
    Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}
