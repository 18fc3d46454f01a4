/// Checks an audit log from its start and finds the first line that breaks the chain.
public struct AuditCheck: Sendable {
  /// The first fault. Line numbers start at 1.
  public enum Fault: Error, Sendable, Equatable {
    /// The line was changed, was not written by this program, or does not follow the previous line.
    case broken(line: Int)
    /// The last line is incomplete. Either the service ended while writing it, or the end of the log was cut off.
    case torn(line: Int)
  }

  /// The chain so far. To detect later that the end was cut off, store its `hash` elsewhere.
  public private(set) var chain = AuditChain()
  private var line = 0
  /// The number of the first incomplete line directly before this line. Incomplete lines are valid
  /// if the next complete line states that they precede it.
  private var tornLine: Int?

  /// Starts a check at the first line.
  public init() {}

  /// Checks the next line, without its line end.
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

  /// Ends the check after the last line.
  ///
  /// - Throws: ``Fault/torn(line:)``.
  public func finish() throws(Fault) {
    if let tornLine { throw .torn(line: tornLine) }
  }

  private static func saysTorn(_ line: some Collection<UInt8>) -> Bool {
    String(decoding: line, as: UTF8.self).contains("\"after_torn_line\":true")
  }
}
