/// Checks an audit log from its start, and finds the first line that breaks the chain.
public struct AuditCheck: Sendable {
  /// The first fault in the log. Line numbers start at 1.
  public enum Fault: Error, Sendable, Equatable {
    /// The line was changed, does not follow the previous line, or was not written by this program.
    case broken(line: Int)
    /// The last line is incomplete. Either the service ended while it was writing the line, or the log was truncated.
    case torn(line: Int)
  }

  /// The chain of all lines so far. Store its `hash` elsewhere to detect later whether the log was truncated.
  public private(set) var chain = AuditChain()
  private var line = 0
  /// The number of the first of the incomplete lines that directly precede the current line. Incomplete lines are
  /// valid if the next complete line states that it follows them.
  private var tornLine: Int?

  /// Starts the check of a log.
  public init() {}

  /// Checks the next line of the log. The line must not include its line feed.
  ///
  /// - Throws: ``Fault/broken(line:)``.
  public mutating func add(_ bytes: some Collection<UInt8>) throws(Fault) {
    line += 1
    if let next = chain.adding(bytes), tornLine == nil || Self.saysTorn(bytes) {
      tornLine = nil
      chain = next
    } else {
      let isPart = AuditChain.isBeginning(bytes) && AuditChain(endingWith: bytes) == nil
      guard isPart else { throw .broken(line: tornLine ?? line) }
      tornLine = tornLine ?? line
    }
  }

  /// Ends the check. Call this after the last line.
  ///
  /// - Throws: ``Fault/torn(line:)``.
  public func finish() throws(Fault) {
    if let tornLine { throw .torn(line: tornLine) }
  }

  private static func saysTorn(_ line: some Collection<UInt8>) -> Bool {
    String(decoding: line, as: UTF8.self).contains("\"after_torn_line\":true")
  }
}
