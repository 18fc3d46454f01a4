internal import CheckedNumbers
internal import HTTP

/// The preferences of a request that this service supports. Others are ignored.
///
/// - Source: RFC 7240.
struct Preferences: Equatable {
  /// True if the client prefers an immediate response with the URL of the later result.
  private(set) var respondsAsynchronously = false
  /// Number of seconds that the client is ready to wait.
  private(set) var wait: Int?

  /// Longest wait in seconds. A longer wait is ignored and thus unlimited.
  private static let longestWait = 1 << 31

  /// - Parameter headers: The request's headers. If a preference occurs several times, the first one counts.
  init(_ headers: Headers) {
    for preference in headers.values("Prefer").flatMap({ $0.split(separator: ",") }) {
      // Parameters after a semicolon are ignored.
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
