internal import Glibc

/// Times in RFC 3339 and UTC. Uses neither a time zone database nor a locale, which may not be
/// installed.
public enum Timestamp {
  /// The current time.
  public static func now() -> String { rfc3339(secondsSince1970: seconds()) }

  /// The current time in seconds since 1970.
  public static func seconds() -> Int { time(nil) }

  /// Years of four digits: 1970 to 9999.
  private static let representable = 0...253_402_300_799

  /// A time in whole seconds, for example `2026-11-22T15:04:05Z`.
  ///
  /// - Parameter seconds: Since 1970; times outside the years 1970 to 9999 give the nearest of
  ///   these.
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
