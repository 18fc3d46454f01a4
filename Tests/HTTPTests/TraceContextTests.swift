import Testing

@testable import HTTP

/// `traceparent`, as W3C Trace Context has it.
@Suite struct TraceContextTests {
  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
  private static let parent = "00f067aa0ba902b7"

  private static func head(_ values: [String]) -> RawHead {
    RawHead(
      method: "GET", uri: Array("/".utf8), isVersion11: true,
      fields: values.map { RawHead.Field("TraceParent".utf8, $0.utf8) }, isLocal: true)
  }

  @Test func aTraceIsPassedOnWithANewParent() throws {
    let context = try #require(TraceContext(Self.head(["00-\(Self.trace)-\(Self.parent)-01"])))
    #expect(context.traceID == Self.trace && context.flags == "01")
    let child = context.child()
    #expect(child.hasPrefix("00-\(Self.trace)-") && child.hasSuffix("-01"))
    #expect(child != context.child())
    #expect(try #require(TraceContext(Array(child.utf8))) == context)
  }

  @Test func aLaterVersionMayHaveMore() {
    #expect(TraceContext(Array("cc-\(Self.trace)-\(Self.parent)-00-more".utf8)) != nil)
  }

  @Test func whatIsMalformedIsPassedOver() {
    let zeros = String(repeating: "0", count: 32)
    for value in [
      "", "-", "00", "00-\(Self.trace)-\(Self.parent)", "00-\(Self.trace)-\(Self.parent)-1",
      "00-\(Self.trace)-\(Self.parent)-01-x", "ff-\(Self.trace)-\(Self.parent)-01",
      "00-\(zeros)-\(Self.parent)-01", "00-\(Self.trace)-\(zeros.prefix(16))-01",
      "00-\(Self.trace.uppercased())-\(Self.parent)-01", "00-\(Self.trace)-\(Self.parent)-0g",
      "00-\(Self.trace.dropLast())-\(Self.parent)-01", "00_\(Self.trace)_\(Self.parent)_01",
    ] {
      #expect(TraceContext(Self.head([value])) == nil, "\(value)")
    }
    let good = "00-\(Self.trace)-\(Self.parent)-01"
    #expect(TraceContext(Self.head([good, good])) == nil)
    #expect(TraceContext(Self.head([])) == nil)
  }
}
