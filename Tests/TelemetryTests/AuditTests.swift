import Foundation
import StrictJSON
import Telemetry
import Testing

struct AuditTests {
  private static let events = (0..<5).map {
    AuditEvent(time: "2026-11-23T00:00:0\($0)Z", kind: "request", ["n": .integer($0)])
  }

  @Test func aLineHoldsWhatHappenedAndTheHashBefore() throws {
    var chain = AuditChain()
    let first = try JSON(parsing: chain.line(Self.events[0]).dropLast())
    let hash = chain.hash
    let second = try JSON(parsing: chain.line(Self.events[1]).dropLast())
    guard case .object(let one) = first, case .object(let two) = second else {
      Issue.record("no objects")
      return
    }
    #expect(one["seq"] == 1 && two["seq"] == 2)
    #expect(one["event"] == "request" && one["n"] == 0 && one["time"] == "2026-11-23T00:00:00Z")
    #expect(one["hash"] == .string(hash) && two["previous"] == .string(hash))
  }

  @Test func anyChangeOfAnyByteIsFound() throws {
    let text = Self.text(Self.events)
    #expect(try Self.check(text) == 5)
    for place in text.indices {
      var changed = text
      changed[place] ^= 1
      #expect(throws: AuditCheck.Fault.self, "byte \(place)") { try Self.check(changed) }
    }
  }

  @Test func linesThatAreTakenOutPutInOrMovedAreFound() throws {
    let lines = Self.text(Self.events).split(separator: UInt8(ascii: "\n")).map(Array.init)
    for place in 0..<4 {
      var fewer = lines
      fewer.remove(at: place)
      #expect(throws: AuditCheck.Fault.self) { try Self.check(Self.joined(fewer)) }
      var moved = lines
      moved.swapAt(place, place + 1)
      #expect(throws: AuditCheck.Fault.self) { try Self.check(Self.joined(moved)) }
      var more = lines
      more.insert(lines[place], at: place)
      #expect(throws: AuditCheck.Fault.self) { try Self.check(Self.joined(more)) }
    }
    var other = AuditChain()
    let foreign = Array(other.line(Self.events[4]).dropLast())
    #expect(throws: AuditCheck.Fault.self) { try Self.check(Self.joined(lines + [foreign])) }
  }

  @Test func aLogGoesOnWhereItEnded() throws {
    let path = Self.path()
    defer { unlink(path) }
    for event in Self.events {
      var file = try AuditFile(path: path)
      try file.add(event)
    }
    #expect(try Self.check(Self.bytes(path)) == 5)
    #expect(
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
  }

  @Test func aCrashAtAnyByteOfALineIsSurvivedAndSaid() throws {
    let whole = Self.text(Array(Self.events.prefix(2)))
    let first = Self.text(Array(Self.events.prefix(1))).count
    for length in 0...whole.count {
      let path = Self.path()
      defer { unlink(path) }
      _ = FileManager.default.createFile(
        atPath: path, contents: Data(whole[..<length]), attributes: [.posixPermissions: 0o600])
      // Without its line end a line is whole, too.
      let count = length < first - 1 ? 0 : length < whole.count - 1 ? 1 : 2
      if ![0, first - 1, first, whole.count - 1, whole.count].contains(length) {
        #expect(throws: AuditCheck.Fault.torn(line: length < first ? 1 : 2)) {
          try Self.check(Self.bytes(path))
        }
      }
      // Twice, because the service may end before it writes a line.
      _ = try AuditFile(path: path)
      var file = try AuditFile(path: path)
      try file.add(Self.events[3])
      #expect(try Self.check(Self.bytes(path)) == count + 1)
    }
  }

  @Test func aFileThatIsNoLogOrIsInUseOrOpenToOthersIsRefused() throws {
    let path = Self.path()
    defer { unlink(path) }
    for text in ["hello\n", "{}\n", "a\nb\n", "\n"] {
      _ = FileManager.default.createFile(
        atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
      #expect(throws: AuditError.foreign, "\(text)") { _ = try AuditFile(path: path) }
      #expect(Self.bytes(path) == Array(text.utf8))
    }
    unlink(path)
    let file = try AuditFile(path: path)
    #expect(throws: AuditError.inUse) { _ = try AuditFile(path: path) }
    file.synchronize()
    chmod(path, 0o644)
    #expect(throws: AuditError.openToOthers) { _ = try AuditFile(path: path) }
    #expect(throws: AuditError.system(errno: ENOENT)) {
      _ = try AuditFile(path: "/nonexistent/audit")
    }
  }

  private static func check(_ text: [UInt8]) throws -> Int {
    var check = AuditCheck()
    var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last == [] { lines.removeLast() }
    for line in lines { try check.add(line) }
    try check.finish()
    return check.chain.sequence
  }

  private static func text(_ events: [AuditEvent]) -> [UInt8] {
    var chain = AuditChain()
    return events.flatMap { chain.line($0) }
  }

  private static func joined(_ lines: [[UInt8]]) -> [UInt8] {
    lines.flatMap { $0 + [UInt8(ascii: "\n")] }
  }

  private static func bytes(_ path: String) -> [UInt8] {
    Array(FileManager.default.contents(atPath: path) ?? Data())
  }

  private static func path() -> String { "/tmp/brgsa-audit-\(UUID().uuidString)" }
}
