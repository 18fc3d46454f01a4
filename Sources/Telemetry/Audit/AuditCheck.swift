/// Reads an audit log from its start and finds the first change.
public struct AuditCheck: Sendable {
  /// The fault, by line number from 1.
  public enum Fault: Error, Sendable, Equatable {
    /// The line is not from this program, was changed, or does not follow the previous one.
    case broken(line: Int)
    /// The last line is incomplete: the service ended while writing it, or the end was cut off.
    case torn(line: Int)
  }

  /// The chain so far. Store its `hash` elsewhere to detect later that the end was cut off.
  public private(set) var chain = AuditChain()
  private var line = 0
  /// The first of the incomplete lines before this one; they are valid if the next complete line
  /// refers to them.
  private var tornLine: Int?

  /// Makes a check without lines.
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
