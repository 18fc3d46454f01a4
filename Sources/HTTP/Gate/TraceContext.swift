internal import Formats

/// Identifies a trace, which follows a request across services.
///
/// - Source: W3C Trace Context, level 1.
public struct TraceContext: Sendable, Equatable {
  /// The trace id: 32 hexadecimal digits, not all zero.
  public let traceID: String
  /// The trace flags: 2 hexadecimal digits.
  public let flags: String

  /// The trace of the request that the current task handles.
  @TaskLocal public static var current: TraceContext?

  /// Reads the client's `traceparent` header; nil if it is missing, repeated or malformed. The specification requires
  /// malformed values to be ignored.
  init?(_ head: RawHead) {
    let values = head.values("traceparent")
    guard values.count == 1 else { return nil }
    self.init(values[0])
  }

  init?(_ value: [UInt8]) {
    let parts = value.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count >= 4, parts.prefix(4).map(\.count) == [2, 32, 16, 2],
      parts.prefix(4).allSatisfy({ $0.allSatisfy(Self.isDigit) }),
      Self.isNotZero(parts[1]), Self.isNotZero(parts[2])
    else { return nil }
    let version = String(decoding: parts[0], as: UTF8.self)
    // Later versions may have more parts. `ff` is not a valid version.
    guard version != "ff", version != "00" || parts.count == 4 else { return nil }
    traceID = String(decoding: parts[1], as: UTF8.self)
    flags = String(decoding: parts[3], as: UTF8.self)
  }

  /// The `traceparent` value for an outgoing request, with a new random parent id.
  public func child() -> String {
    "00-\(traceID)-\(hexadecimal(UInt64.random(in: 1 ... .max)))-\(flags)"
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    ASCII.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }

  private static func isNotZero(_ digits: ArraySlice<UInt8>) -> Bool {
    digits.contains { $0 != UInt8(ascii: "0") }
  }
}
