internal import CheckedNumbers
internal import HTTP

/// The preferences of a request that this service supports. All others are ignored.
///
/// - Source: RFC 7240.
struct Preferences: Equatable {
  /// True if the client prefers an immediate response with the URL of the future result.
  private(set) var respondsAsynchronously = false
  /// The number of seconds that the client is willing to wait; nil if it does not say.
  private(set) var wait: Int?

  /// The longest accepted wait in seconds. A longer wait is ignored, so it sets no limit.
  private static let longestWait = 1 << 31

  /// - Parameter headers: The request's headers. If `wait` occurs several times, the first one counts.
  init(_ headers: Headers) {
    for preference in headers.values("Prefer").flatMap({ $0.split(separator: ",") }) {
      // Ignore parameters after a semicolon.
      let words = preference.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map {
        $0.filter { !$0.isWhitespace }.lowercased()
      }
      switch words.first {
      case "respond-async" where words.count == 1: respondsAsynchronously = true
      case "wait" where words.count == 2 && wait == nil:
        let digits = words[1].filter { $0 != "\"" }
        if let seconds = Int(digits: digits, in: 0...Self.longestWait) { wait = seconds }
      default: continue
      }
    }
  }
}
