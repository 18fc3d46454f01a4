internal import CheckedNumbers
internal import HTTP

/// The preferences of a request that this service knows; others are ignored.
///
/// - Source: RFC 7240.
struct Preferences: Equatable {
  /// Whether the client wants an immediate response with the URL of a later result.
  private(set) var respondsAsynchronously = false
  /// Seconds that the client would wait.
  private(set) var wait: Int?

  /// Seconds; a longer wait counts as unlimited.
  private static let longestWait = 1 << 31

  /// - Parameter headers: The request's headers; the first of several equal preferences counts.
  init(_ headers: Headers) {
    for preference in headers.values("Prefer").flatMap({ $0.split(separator: ",") }) {
      // Parameters after a semicolon do not matter here.
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
