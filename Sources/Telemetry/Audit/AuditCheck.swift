/// Reads an audit log from its beginning and finds the first place where something was changed.
public struct AuditCheck: Sendable {
  /// What is wrong, by the line, from 1.
  public enum Fault: Error, Sendable, Equatable {
    /// The line is none of ours, was changed, or is not the one that follows.
    case broken(line: Int)
    /// The last line is not whole: the service ended while it wrote it, or the end was cut off.
    case torn(line: Int)
  }

  /// The chain so far. Who wants to know later that no end was cut off keeps its `hash` elsewhere.
  public private(set) var chain = AuditChain()
  private var line = 0
  /// The first of the lines before this one that are not whole; they are right if the next whole one says that it
  /// follows such a line.
  private var tornLine: Int?

  /// A check of nothing yet.
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

  /// Says that there are no more lines.
  ///
  /// - Throws: ``Fault/torn(line:)``.
  public func finish() throws(Fault) {
    if let tornLine { throw .torn(line: tornLine) }
  }

  private static func saysTorn(_ line: some Collection<UInt8>) -> Bool {
    String(decoding: line, as: UTF8.self).contains("\"after_torn_line\":true")
  }
}
