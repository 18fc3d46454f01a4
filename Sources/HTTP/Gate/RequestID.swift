import Formats

/// Makes the identifiers of requests.
enum RequestID {
  /// The client's `X-Request-ID` if it occurs once and matches `^[A-Za-z0-9._-]{8,64}$`; otherwise a random
  /// identifier.
  ///
  /// An identifier that matches the pattern is safe to send back and to log.
  static func adopted(from head: RawHead) -> String {
    let candidates = head.values("X-Request-ID")
    guard candidates.count == 1, isAdoptable(candidates[0]) else { return random() }
    return String(decoding: candidates[0], as: UTF8.self)
  }

  /// 128 random bits, as 32 hexadecimal digits.
  static func random() -> String {
    hexadecimal(UInt64.random(in: .min ... .max)) + hexadecimal(.random(in: .min ... .max))
  }

  private static func isAdoptable(_ bytes: [UInt8]) -> Bool {
    (8...64).contains(bytes.count)
      && bytes.allSatisfy {
        ASCII.isLetter($0) || ASCII.isDigit($0) || "._-".utf8.contains($0)
      }
  }
}
